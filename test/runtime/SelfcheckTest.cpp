// The self-check passes a program that is right and names the launch of one that is not.

#include "runtime/Train/Selfcheck.h"
#include "runtime/Core/Error.h"
#include "test/runtime/ToyProgram.h"

#include <gtest/gtest.h>

using namespace ingot::runtime;
using namespace ingot::test;

static IngotKernel original;

/// What the check says of the toy program with a fault in launch number `launch` of its training
/// step, in its kernel or in the other of its kernels.
static std::string errorWith(size_t launch, IngotKernel fault,
                             IngotKernel IngotLaunch::*which = &IngotLaunch::kernel) {
  ToyCopy copy;
  original = copy.launches[0][launch].*which;
  copy.launches[0][launch].*which = fault;
  testing::internal::CaptureStdout();
  std::string message;
  try {
    runSelfcheck(copy.program, 1);
  } catch (const Error &error) {
    EXPECT_EQ(error.exitCode, 1);
    message = error.message;
  }
  testing::internal::GetCapturedStdout();
  return message;
}

static constexpr size_t dense = 2, gradKernel = 5, updateKernel = 6;

TEST(Selfcheck, Agrees) {
  testing::internal::CaptureStdout();
  runSelfcheck(toyProgram(), 1);
  std::string text = testing::internal::GetCapturedStdout();
  EXPECT_NE(text.find("selfcheck: 5 kernels agree"), std::string::npos) << text;
  EXPECT_NE(text.find("dense.grad_kernel"), std::string::npos);
}

TEST(Selfcheck, NeedsReferences) {
  ToyCopy copy;
  for (auto &launches : copy.launches)
    for (IngotLaunch &launch : launches)
      launch.reference = nullptr;
  try {
    runSelfcheck(copy.program, 1);
    FAIL();
  } catch (const Error &error) {
    EXPECT_NE(error.message.find("--with-reference"), std::string::npos);
  }
}

#define EXPECT_FAULT(message, launch, what)                                                        \
  EXPECT_NE(message.find("train_step, " launch ": " what), std::string::npos) << message

TEST(Selfcheck, FindsWrongValues) {
  std::string message = errorWith(dense, [](void *const *buffers, int64_t begin, int64_t end) {
    original(buffers, begin, end);
    for (int64_t row = begin; row < end; ++row)
      static_cast<float *>(buffers[4])[row * toyClasses] *= 1.001f;
  });
  EXPECT_FAULT(message, "dense", "differs");
  // What comes after runs on the reference's values.
  EXPECT_EQ(message.find("grad_kernel"), std::string::npos) << message;
}

TEST(Selfcheck, FindsForgottenBias) {
  std::string message = errorWith(dense, [](void *const *buffers, int64_t begin, int64_t end) {
    static float none[toyClasses];
    void *const without[] = {buffers[0], buffers[1], none, buffers[3], buffers[4]};
    original(without, begin, end);
  });
  EXPECT_FAULT(message, "dense", "differs");
}

TEST(Selfcheck, FindsUnwrittenOutput) {
  EXPECT_FAULT(errorWith(dense, [](void *const *, int64_t, int64_t) {}), "dense",
               "gives infinity or no number");
}

TEST(Selfcheck, FindsInvalidRows) {
  std::string message = errorWith(gradKernel, [](void *const *buffers, int64_t begin, int64_t end) {
    int64_t all = toyBatch;
    void *const careless[] = {buffers[0], buffers[1], &all, buffers[3]};
    original(careless, begin, end);
  });
  EXPECT_FAULT(message, "dense.grad_kernel", "gives infinity or no number");
}

TEST(Selfcheck, FindsStrayWrites) {
  std::string message = errorWith(dense, [](void *const *buffers, int64_t begin, int64_t end) {
    original(buffers, begin, end);
    static_cast<float *>(buffers[0])[0] = 7;
  });
  EXPECT_FAULT(message, "dense", "writes outside");
}

TEST(Selfcheck, FindsStrayWritesOfReferences) {
  auto stray = [](void *const *buffers, int64_t begin, int64_t end) {
    original(buffers, begin, end);
    static_cast<float *>(buffers[0])[0] = 7;
  };
  EXPECT_FAULT(errorWith(dense, stray, &IngotLaunch::reference), "dense",
               "has a reference that writes outside");
}

TEST(Selfcheck, FindsDependentUnits) {
  std::string message = errorWith(dense, [](void *const *buffers, int64_t begin, int64_t end) {
    original(buffers, begin, end);
    static_cast<float *>(buffers[4])[begin * toyClasses] *= 1 + 1e-6f;
  });
  EXPECT_FAULT(message, "dense", "gives other bits when its grid is cut");
}

// A step that is too small by a tenth is far below the weights themselves.
TEST(Selfcheck, FindsWrongUpdates) {
  std::string message =
      errorWith(updateKernel, [](void *const *buffers, int64_t begin, int64_t end) {
        float rate = *static_cast<float *>(buffers[1]) * 0.9f;
        void *const slower[] = {buffers[0], &rate, buffers[2], buffers[3]};
        original(slower, begin, end);
      });
  EXPECT_FAULT(message, "dense.update_kernel", "differs");
}
