// The folders of data sets.

#include "runtime/Data/Find.h"

#include "runtime/Core/Error.h"
#include "runtime/Data/Bytes.h"

#include <algorithm>
#include <cstdlib>
#include <fmt/format.h>

namespace ingot::runtime {

/// "fashion_mnist" as folders are named: "fashion-mnist".
static std::string dashed(std::string name) {
  std::replace(name.begin(), name.end(), '_', '-');
  return name;
}

std::vector<std::string> dataFolders(const std::string &dataFolder, const std::string &source) {
  std::vector<std::string> roots;
  const char *home = std::getenv("HOME"), *given = std::getenv("INGOT_DATA");
  if (!dataFolder.empty()) {
    roots.push_back(dataFolder);
  } else {
    if (given && *given)
      roots.emplace_back(given);
    if (home && *home) {
      roots.push_back(std::string(home) + "/.keras/datasets");
      roots.push_back(std::string(home) + "/.cache/ingot");
    }
    roots.emplace_back("/usr/share/datasets");
  }
  std::vector<std::string> folders;
  for (const std::string &root : roots) {
    folders.push_back(root);
    folders.push_back(root + "/" + dashed(source));
    if (dashed(source) != source)
      folders.push_back(root + "/" + source);
  }
  return folders;
}

std::string howToGet(const std::string &source) {
  if (source == "fashion_mnist")
    return "get it by 'apt-get install dataset-fashion-mnist' or 'ingot-data fashion_mnist', or "
           "name its folder with --data-dir";
  return fmt::format("get it by 'ingot-data {}', or name its folder with --data-dir", source);
}

std::string findIn(const std::vector<std::string> &folders,
                   std::initializer_list<std::string> names) {
  for (const std::string &folder : folders)
    for (const std::string &name : names)
      if (isFile(folder + "/" + name))
        return folder + "/" + name;
  return {};
}

void failMissing(const std::string &source, const std::string &file,
                 const std::vector<std::string> &folders) {
  std::string places;
  for (const std::string &folder : folders)
    places += "\n  " + folder;
  throw Error{fmt::format("the data set {} was not found (no {} in any of these folders); {}{}",
                          source, file, howToGet(source), places)};
}

} // namespace ingot::runtime
