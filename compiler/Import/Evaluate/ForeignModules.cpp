#include "compiler/Import/Evaluate/ForeignModules.h"

#include <algorithm>

namespace ingot::import {

bool isForeignModule(std::string_view path) {
  static constexpr std::string_view known[] = {
      "IPython", "PIL",     "abc",      "argparse",   "collections", "copy",
      "csv",     "cv2",     "datetime", "enum",       "functools",   "gc",
      "glob",    "imageio", "io",       "json",       "keras_tuner", "pandas",
      "pathlib", "pickle",  "pprint",   "re",         "requests",    "scipy",
      "shutil",  "skimage", "string",   "subprocess", "tempfile",    "tensorflow_datasets",
      "tqdm",    "typing",  "urllib",   "wandb",      "zipfile"};
  path = path.substr(0, path.find('.'));
  return std::find(std::begin(known), std::end(known), path) != std::end(known);
}

std::string foreignRemedy(std::string_view path) {
  if (path.starts_with("argparse"))
    return "the executable has flags of its own (--epochs, --batch-size, --seed, ...); write "
           "numbers into the script";
  if (path.starts_with("pathlib") || path.starts_with("glob") || path.starts_with("shutil"))
    return "os.path.join, os.makedirs and os.listdir are";
  if (path.starts_with("pandas") || path.starts_with("csv") || path.starts_with("pickle"))
    return "write the data to a .npz file beforehand and np.load it";
  if (path.starts_with("PIL") || path.starts_with("cv2") || path.starts_with("skimage") ||
      path.starts_with("imageio"))
    return "keras.utils.image_dataset_from_directory reads folders of images";
  if (path.starts_with("tensorflow_datasets"))
    return "keras.datasets has MNIST, Fashion-MNIST and CIFAR";
  return "";
}

} // namespace ingot::import
