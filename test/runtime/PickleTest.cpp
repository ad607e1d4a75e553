// Pickles that no Python writes.

#include "runtime/Data/Pickle.h"
#include "runtime/Core/Error.h"

#include <gtest/gtest.h>

using namespace ingot::runtime;

static std::shared_ptr<const Pickled> read(std::string_view text) {
  return readPickle({reinterpret_cast<const uint8_t *>(text.data()), text.size()}, "f");
}

TEST(Pickle, AsDeepAsItIsLong) {
  std::string text = "N" + std::string(200'000, '\x85') + "."; // a tuple of one, 200,000 times
  size_t depth = 0;
  auto root = read(text);
  for (const Pickled *at = root.get(); at->kind == Pickled::Tuple; at = at->items[0])
    ++depth;
  EXPECT_EQ(depth, 200'000u);
}

TEST(Pickle, AListInItself) {
  using namespace std::string_view_literals;
  auto root = read("]q\0h\0a."sv);
  ASSERT_EQ(root->items.size(), 1u);
  EXPECT_EQ(root->items[0], root.get());
}

TEST(Pickle, AKeyWithoutAValue) { EXPECT_EQ(read("}(U\1ku.")->find("k"), nullptr); }

TEST(Pickle, DamagedOnesAreErrors) {
  for (std::string_view text : {"", ".", "(.", "N", "a.", "]a.", "h\5.", "q\5.",
                                "X\xff\xff\xff\xff.", "c", "cos\n", "(((((.", "\x87.", "b.", "R."})
    EXPECT_THROW(read(text), Error) << text;
}
