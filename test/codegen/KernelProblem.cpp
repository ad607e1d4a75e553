// Reads the problem strings of ingot-kernel-bench.
#include "test/codegen/KernelProblem.h"
#include "dialects/NN/Shapes.h"
#include <cctype>
#include <map>

namespace ingot::test {

static bool readNumbers(const std::string &word, std::map<std::string, int64_t> &numbers) {
  for (size_t i = 0; i < word.size();) {
    std::string key;
    for (; i < word.size() && std::isalpha(static_cast<unsigned char>(word[i])); ++i)
      key += word[i];
    if (i < word.size() && word[i] == '=')
      ++i;
    size_t start = i;
    int64_t value = 0;
    for (; i < word.size() && std::isdigit(static_cast<unsigned char>(word[i])); ++i)
      value = value * 10 + (word[i] - '0');
    if (key.empty() || i == start || value == 0)
      return false;
    numbers[key] = value;
  }
  return true;
}

std::optional<KernelProblem> parseProblem(const std::string &text) {
  KernelProblem problem;
  problem.text = text;
  std::map<std::string, int64_t> numbers;
  bool same = false;
  std::string kind, word;
  for (size_t i = 0; i <= text.size(); ++i) {
    if (i < text.size() && text[i] != ' ') {
      word += text[i];
      continue;
    }
    if (word == "conv" || word == "matmul")
      kind = word;
    else if (word == "same")
      same = true;
    else if (!word.empty() && word != "valid" && !readNumbers(word, numbers))
      return std::nullopt;
    word.clear();
  }
  auto get = [&](const char *key, int64_t otherwise) {
    return numbers.count(key) ? numbers[key] : otherwise;
  };
  cpu::ConvProblem &conv = problem.conv;
  conv = cpu::ConvProblem::matmul(get("mb", 1), get("ic", 1), get("oc", 1));
  problem.count = get("count", conv.batch);
  problem.tileImages = get("ti", 0), problem.tileRows = get("tr", 0);
  problem.tileColumns = get("tc", 0), problem.tileVectors = get("tv", 0);
  if (kind.empty() || problem.count > conv.batch)
    return std::nullopt;
  if (kind == "conv") {
    conv.inH = get("ih", 1), conv.inW = get("iw", conv.inH);
    conv.kH = get("kh", 1), conv.kW = get("kw", conv.kH);
    conv.strideH = get("sh", 1), conv.strideW = get("sw", conv.strideH);
    conv.dilationH = get("dh", 1), conv.dilationW = get("dw", conv.dilationH);
    conv.groups = get("g", 1);
    conv.partImages = get("pi", 0);
    auto padding = same ? nn::Padding::Same : nn::Padding::Valid;
    conv.outH = nn::windowOutput(conv.inH, conv.kH, conv.strideH, conv.dilationH, padding);
    conv.outW = nn::windowOutput(conv.inW, conv.kW, conv.strideW, conv.dilationW, padding);
    conv.padTop =
        nn::windowPadding(conv.inH, conv.kH, conv.strideH, conv.dilationH, padding).before;
    conv.padLeft =
        nn::windowPadding(conv.inW, conv.kW, conv.strideW, conv.dilationW, padding).before;
    if (conv.outH < 1 || conv.outW < 1 || conv.inC % conv.groups || conv.outC % conv.groups)
      return std::nullopt;
  }
  return problem;
}

} // namespace ingot::test
