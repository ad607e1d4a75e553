// Detection of CPU features by cpuid.

#include "runtime/Command/CpuFeatures.h"

#include "runtime/Core/Error.h"

#include <cstdlib>
#include <fmt/format.h>

namespace ingot::runtime {

namespace {

struct Detected {
  const char *name; // LLVM's
  bool there;
};

} // namespace

#if defined(__x86_64__)
/// Features of vector code; the rest of what LLVM lists is for kernels and operating systems.
// clang-format off
#define INGOT_X86_FEATURES(X) \
  X("sse3") X("ssse3") X("sse4a") X("sse4.1") X("sse4.2") X("popcnt") X("avx") \
  X("avx2") X("fma") X("bmi") X("bmi2") X("avx512f") X("avx512cd") X("avx512bw") \
  X("avx512dq") X("avx512vl") X("avx512ifma") X("avx512vbmi") X("avx512vbmi2") X("avx512vnni") X("avx512bitalg") \
  X("avx512vpopcntdq") X("avx512bf16") X("avx512fp16") X("avx512vp2intersect") X("gfni") X("vaes") X("vpclmulqdq") \
  X("pclmul") X("aes") X("avxvnni") X("f16c") X("lzcnt") X("movbe")
// clang-format on

static std::string detect(const std::string &name) {
  __builtin_cpu_init();
#define INGOT_DETECT(feature) {feature, static_cast<bool>(__builtin_cpu_supports(feature))},
  const Detected all[] = {INGOT_X86_FEATURES(INGOT_DETECT)};
#undef INGOT_DETECT
  for (const Detected &entry : all)
    if (name == entry.name)
      return entry.there ? "" : name;
  return {};
}
#else
static std::string detect(const std::string &) { return {}; }
#endif

static bool listed(const std::string &name, const std::string &list) {
  return ("," + list + ",").find("," + name + ",") != std::string::npos;
}

std::string missingFeatures(const std::string &features, const char *available) {
  std::string missing;
  for (size_t at = 0; at < features.size();) {
    size_t end = std::min(features.find(',', at), features.size());
    std::string feature = features.substr(at, end - at);
    at = end + 1;
    if (!feature.starts_with("+"))
      continue;
    feature.erase(0, 1);
    bool lacks = available ? !listed(feature, available) : !detect(feature).empty();
    if (lacks)
      missing += (missing.empty() ? "" : ", ") + feature;
  }
  return missing;
}

void checkCpu(const IngotProgram &program) {
  std::string missing = missingFeatures(program.target_features, std::getenv("INGOT_CPU_FEATURES"));
  if (!missing.empty())
    throw Error{fmt::format("this program was compiled for {}, and this CPU lacks {}; compile it "
                            "here, or with ingotc --target-cpu=x86-64-v3",
                            program.target_cpu, missing)};
}

} // namespace ingot::runtime
