# Readers of data need libdeflate, the command line Boost.Program_options: both as archives, so that a
# program depends on neither at run time.
find_library(INGOT_LIBDEFLATE NAMES libdeflate.a REQUIRED)
find_library(INGOT_PROGRAM_OPTIONS NAMES libboost_program_options.a REQUIRED)
# Folders of images need decoders; a program without such a folder has none in it.
find_library(INGOT_LIBJPEG NAMES libjpeg.a REQUIRED)
find_library(INGOT_LIBPNG NAMES libpng16.a REQUIRED)
find_library(INGOT_LIBZ NAMES libz.a REQUIRED)
target_link_libraries(IngotRuntime PUBLIC ${INGOT_LIBDEFLATE} ${INGOT_PROGRAM_OPTIONS} ${INGOT_LIBJPEG} ${INGOT_LIBPNG}
                                          ${INGOT_LIBZ})
# Debian has fmt as a shared library alone, and an executable shall need none: its code comes from headers.
target_compile_definitions(IngotRuntime PUBLIC FMT_HEADER_ONLY)
target_link_options(IngotRuntime INTERFACE -Wl,--as-needed)
