// TensorBoard (keras/src/callbacks/tensorboard.py): the metrics of each epoch, those of validation
// in a run of their own.

#include "runtime/Callbacks/Callbacks.h"
#include "runtime/Callbacks/EventFile.h"

#include <cmath>
#include <string>

namespace ingot::runtime {

namespace {
class TensorBoard : public Callback {
public:
  explicit TensorBoard(const IngotCallback &description) : itsFolder(description.path) {}

  /// Each fit has files of its own, in the same runs.
  void onTrainBegin(Training &) override { close(); }
  void onTrainEnd(Training &) override { close(); }

  void onEpochEnd(Training &training, int64_t epoch, Logs &logs) override {
    static const std::string ofValidation = "val_";
    double rate = training.learningRate();
    for (auto &[name, value] : logs.values) {
      if (!name.starts_with(ofValidation)) {
        if (name != "learning_rate")
          write(itsTraining, "/train", "epoch_" + name, value, epoch);
        continue;
      }
      std::string metric = name.substr(ofValidation.size());
      write(itsValidation, "/validation", "evaluation_" + metric + "_vs_iterations", value,
            training.iterations());
      write(itsValidation, "/validation", "epoch_" + metric, value, epoch);
    }
    // Where steps compute it from a schedule, it is not known here.
    if (!std::isnan(rate))
      write(itsTraining, "/train", "epoch_learning_rate", rate, epoch);
    for (auto *file : {&itsTraining, &itsValidation})
      if (*file)
        (*file)->flush();
  }

private:
  void write(std::unique_ptr<EventFile> &file, const char *run, const std::string &tag,
             double value, int64_t step) {
    if (!file)
      file = std::make_unique<EventFile>(itsFolder + run);
    file->scalar(tag, static_cast<float>(value), step);
  }
  void close() {
    itsTraining.reset();
    itsValidation.reset();
  }

  std::string itsFolder;
  std::unique_ptr<EventFile> itsTraining, itsValidation;
};
} // namespace

std::unique_ptr<Callback> makeTensorBoard(const IngotCallback &description) {
  return std::make_unique<TensorBoard>(description);
}

} // namespace ingot::runtime
