// main() of the command line's unit tests. The runtime's archive has a main() of its own, which
// this one replaces.

#include <gtest/gtest.h>

int main(int argc, char **argv) {
  testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
