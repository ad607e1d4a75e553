// Optimizers, schedules and regularizers as attributes: a row each.

#include "compiler/Import/EmitIR/ConfigAttributes.h"
#include "compiler/Import/EmitIR/Emitter.h"

using namespace mlir;
using namespace ingot;
using namespace ingot::import;

namespace {
using Reader = ConfigAttributes;

Attribute sgd(Reader c) {
  return train::SGDAttr::get(c.context(), c.number("momentum"), c.flag("nesterov"));
}
Attribute adam(Reader c) {
  return train::AdamAttr::get(c.context(), c.number("beta_1"), c.number("beta_2"),
                              c.number("epsilon"), c.flag("amsgrad"));
}
Attribute rmsprop(Reader c) {
  return train::RMSpropAttr::get(c.context(), c.number("rho"), c.number("momentum"),
                                 c.number("epsilon"), c.flag("centered"));
}
Attribute adagrad(Reader c) {
  return train::AdagradAttr::get(c.context(), c.number("initial_accumulator_value"),
                                 c.number("epsilon"));
}
Attribute adadelta(Reader c) {
  return train::AdadeltaAttr::get(c.context(), c.number("rho"), c.number("epsilon"));
}
Attribute adamax(Reader c) {
  return train::AdamaxAttr::get(c.context(), c.number("beta_1"), c.number("beta_2"),
                                c.number("epsilon"));
}
Attribute nadam(Reader c) {
  return train::NadamAttr::get(c.context(), c.number("beta_1"), c.number("beta_2"),
                               c.number("epsilon"));
}
Attribute lion(Reader c) {
  return train::LionAttr::get(c.context(), c.number("beta_1"), c.number("beta_2"));
}

Attribute exponentialDecay(Reader c) {
  return train::ExponentialDecayAttr::get(c.context(), c.number("initial_learning_rate"),
                                          c.number("decay_steps"), c.number("decay_rate"),
                                          c.flag("staircase"));
}
Attribute inverseTimeDecay(Reader c) {
  return train::InverseTimeDecayAttr::get(c.context(), c.number("initial_learning_rate"),
                                          c.number("decay_steps"), c.number("decay_rate"),
                                          c.flag("staircase"));
}
Attribute polynomialDecay(Reader c) {
  return train::PolynomialDecayAttr::get(c.context(), c.number("initial_learning_rate"),
                                         c.number("decay_steps"), c.number("end_learning_rate"),
                                         c.number("power"), c.flag("cycle"));
}
Attribute cosineDecay(Reader c) {
  FloatAttr target = c.numberOrNone("warmup_target");
  return train::CosineDecayAttr::get(c.context(), c.number("initial_learning_rate"),
                                     c.number("decay_steps"), c.number("alpha"), target,
                                     target ? c.number("warmup_steps") : FloatAttr());
}
Attribute cosineDecayRestarts(Reader c) {
  return train::CosineDecayRestartsAttr::get(c.context(), c.number("initial_learning_rate"),
                                             c.number("first_decay_steps"), c.number("t_mul"),
                                             c.number("m_mul"), c.number("alpha"));
}
Attribute piecewiseConstantDecay(Reader c) {
  return train::PiecewiseConstantDecayAttr::get(c.context(), c.numbers("boundaries"),
                                                c.numbers("values"));
}

Attribute l1L2(Reader c) {
  return train::L1L2Attr::get(c.context(), c.number("l1"), c.number("l2"));
}

struct Row {
  StringLiteral type;
  Attribute (*make)(Reader config);
};
constexpr Row rows[] = {
    {"SGD", sgd},
    {"Adam", adam},
    {"AdamW", adam},
    {"RMSprop", rmsprop},
    {"Adagrad", adagrad},
    {"Adadelta", adadelta},
    {"Adamax", adamax},
    {"Nadam", nadam},
    {"Lion", lion},
    {"ExponentialDecay", exponentialDecay},
    {"InverseTimeDecay", inverseTimeDecay},
    {"PolynomialDecay", polynomialDecay},
    {"CosineDecay", cosineDecay},
    {"CosineDecayRestarts", cosineDecayRestarts},
    {"PiecewiseConstantDecay", piecewiseConstantDecay},
    {"L1", l1L2},
    {"L2", l1L2},
    {"L1L2", l1L2},
    {"l1", l1L2},
    {"l2", l1L2},
    {"l1_l2", l1L2},
};

Attribute make(const Config &config, Location loc) {
  for (const Row &row : rows)
    if (row.type == config.type)
      return row.make({Builder(loc.getContext()), config});
  emitError(loc, config.type) << " is not supported yet";
  return {};
}
} // namespace

train::OptimizerAttrInterface ingot::import::optimizerFor(const Config &config, Location loc) {
  return dyn_cast_if_present<train::OptimizerAttrInterface>(make(config, loc));
}

train::RegularizerAttrInterface ingot::import::regularizerFor(const Config &config, Location loc) {
  return dyn_cast_if_present<train::RegularizerAttrInterface>(make(config, loc));
}

train::ScheduleAttrInterface ingot::import::scheduleFor(const Config &optimizer, Location loc) {
  auto *schedule = std::get_if<std::vector<Config>>(&optimizer.arguments.at("learning_rate"));
  return schedule ? dyn_cast_if_present<train::ScheduleAttrInterface>(make(schedule->front(), loc))
                  : train::ScheduleAttrInterface();
}

train::ClipAttr ingot::import::clipFor(const Config &optimizer, Location loc) {
  Reader reader{Builder(loc.getContext()), optimizer};
  for (auto [name, kind] : {std::pair("clipvalue", train::ClipKind::Value),
                            {"clipnorm", train::ClipKind::Norm},
                            {"global_clipnorm", train::ClipKind::GlobalNorm}})
    if (FloatAttr limit = reader.numberOrNone(name))
      return train::ClipAttr::get(loc.getContext(), kind, limit);
  return {};
}

FloatAttr ingot::import::weightDecayFor(const Config &optimizer, Location loc) {
  FloatAttr decay = Reader{Builder(loc.getContext()), optimizer}.numberOrNone("weight_decay");
  return decay && decay.getValueAsDouble() != 0 ? decay : FloatAttr();
}
