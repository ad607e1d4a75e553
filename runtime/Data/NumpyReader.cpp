// Arrays that a script loads by np.load.

#include "runtime/Core/Error.h"
#include "runtime/Data/Npy.h"
#include "runtime/Data/Npz.h"
#include "runtime/Data/Reader.h"

#include <algorithm>
#include <fmt/format.h>

using namespace ingot::runtime;

static std::string find(const IngotReadRequest &request) {
  std::string inFolder = request.dataFolder + "/" + request.source;
  if (!request.dataFolder.empty() && isFile(inFolder))
    return inFolder;
  if (isFile(request.source))
    return request.source;
  throw Error{fmt::format(
      "{}: there is no such file, which the script loads{}; run the program where it is, or name "
      "its folder with --data-dir",
      request.source, request.dataFolder.empty() ? "" : ", nor " + inFolder)};
}

static FoundArray readNpy(const std::string &path) {
  FoundArray found;
  found.path = path;
  Bytes bytes = readFile(path);
  NpyHeader header = readNpyHeader(bytes.view(), path);
  found.element = header.element;
  found.shape = header.shape;
  found.samples = {std::move(bytes), header.bytes, header.shape.empty() ? 0 : header.shape[0]};
  return found;
}

void ingot_read_numpy(IngotReadRequest *request) {
  std::string path = find(*request);
  bool archive = std::any_of(request->arrays.begin(), request->arrays.end(),
                             [](const ArrayRequest &array) { return *array.array.key != '\0'; });
  if (!archive) {
    for (ArrayRequest &array : request->arrays)
      array.found = readNpy(path);
    return;
  }
  Npz file(path);
  for (ArrayRequest &array : request->arrays)
    array.found = file.read(array.array.key);
}
