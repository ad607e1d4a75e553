# Keras's files are HDF5 inside. Debian's archive needs its compressors; none of it is in programs that name no such
# file.
find_path(INGOT_HDF5_INCLUDE hdf5.h PATH_SUFFIXES hdf5/serial REQUIRED)
find_library(INGOT_LIBHDF5 NAMES libhdf5_serial.a REQUIRED)
find_library(INGOT_LIBSZ NAMES libsz.a REQUIRED)
find_library(INGOT_LIBAEC NAMES libaec.a REQUIRED)
set_property(SOURCE ${CMAKE_CURRENT_SOURCE_DIR}/Keras/Hdf5.cpp PROPERTY INCLUDE_DIRECTORIES ${INGOT_HDF5_INCLUDE})
target_link_libraries(IngotRuntime PUBLIC ${INGOT_LIBHDF5} ${INGOT_LIBSZ} ${INGOT_LIBAEC} ${INGOT_LIBZ})
