# Keras's files are HDF5 inside. Debian's archive goes into the runtime's, without its tables for exceptions (an eighth
# of its bytes), which it throws none of; its compressors are archives of their own. None of it is in programs that name
# no such file.
find_path(INGOT_HDF5_INCLUDE hdf5.h PATH_SUFFIXES hdf5/serial REQUIRED)
find_library(INGOT_LIBHDF5 NAMES libhdf5_serial.a REQUIRED)
find_library(INGOT_LIBSZ NAMES libsz.a REQUIRED)
find_library(INGOT_LIBAEC NAMES libaec.a REQUIRED)
set_property(SOURCE ${CMAKE_CURRENT_SOURCE_DIR}/Keras/Hdf5.cpp PROPERTY INCLUDE_DIRECTORIES ${INGOT_HDF5_INCLUDE})
target_link_libraries(IngotRuntime PUBLIC ${INGOT_LIBSZ} ${INGOT_LIBAEC} ${INGOT_LIBZ})

set(HDF5_ARCHIVE ${CMAKE_CURRENT_BINARY_DIR}/hdf5.a)
set(JOINED_ARCHIVE ${CMAKE_CURRENT_BINARY_DIR}/joined.a)
set(JOIN_SCRIPT ${CMAKE_CURRENT_BINARY_DIR}/join.mri)
file(GENERATE OUTPUT ${JOIN_SCRIPT}
     CONTENT "create ${JOINED_ARCHIVE}\naddlib $<TARGET_FILE:IngotRuntime>\naddlib ${HDF5_ARCHIVE}\nsave\nend\n")
add_custom_command(
  TARGET IngotRuntime POST_BUILD
  COMMAND ${CMAKE_OBJCOPY} --strip-debug --remove-section=.eh_frame ${INGOT_LIBHDF5} ${HDF5_ARCHIVE}
  COMMAND ${CMAKE_AR} -M < ${JOIN_SCRIPT}
  COMMAND ${CMAKE_COMMAND} -E rename ${JOINED_ARCHIVE} $<TARGET_FILE:IngotRuntime>)
