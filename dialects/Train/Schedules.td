// Learning rates that depend on the step (keras/src/optimizers/schedules/learning_rate_schedule.py).

#ifndef INGOT_DIALECTS_TRAIN_SCHEDULES
#define INGOT_DIALECTS_TRAIN_SCHEDULES

class Train_Schedule<string name, string keyword, string text, dag fields>
    : AttrDef<Train_Dialect, name, [DeclareAttrInterfaceMethods<Train_ScheduleAttrInterface>]> {
  let mnemonic = keyword;
  let summary = text;
  let parameters = fields;
  let assemblyFormat = "`<` struct(params) `>`";
}

def Train_ExponentialDecay : Train_Schedule<"ExponentialDecay", "exponential_decay",
  "initial * rate^(step / decay_steps); staircase: the exponent rounded down",
  (ins "::mlir::FloatAttr":$initial, "::mlir::FloatAttr":$decay_steps, "::mlir::FloatAttr":$decay_rate,
       "bool":$staircase)>;

def Train_InverseTimeDecay : Train_Schedule<"InverseTimeDecay", "inverse_time_decay",
  "initial / (1 + rate * step / decay_steps); staircase: the quotient rounded down",
  (ins "::mlir::FloatAttr":$initial, "::mlir::FloatAttr":$decay_steps, "::mlir::FloatAttr":$decay_rate,
       "bool":$staircase)>;

def Train_PolynomialDecay : Train_Schedule<"PolynomialDecay", "polynomial_decay",
  "(initial - end) * (1 - step / decay_steps)^power + end, until decay_steps; cycle: over ever more of them",
  (ins "::mlir::FloatAttr":$initial, "::mlir::FloatAttr":$decay_steps, "::mlir::FloatAttr":$end,
       "::mlir::FloatAttr":$power, "bool":$cycle)>;

def Train_CosineDecay : Train_Schedule<"CosineDecay", "cosine_decay",
  "half a cosine from 1 to alpha over decay_steps (Loshchilov and Hutter, 2016), after a linear warmup if there is one",
  (ins "::mlir::FloatAttr":$initial, "::mlir::FloatAttr":$decay_steps, "::mlir::FloatAttr":$alpha,
       OptionalParameter<"::mlir::FloatAttr">:$warmup_target, OptionalParameter<"::mlir::FloatAttr">:$warmup_steps)>;

def Train_CosineDecayRestarts : Train_Schedule<"CosineDecayRestarts", "cosine_decay_restarts",
  "cosine decay that starts again, each period t_mul as long and m_mul as high as the one before",
  (ins "::mlir::FloatAttr":$initial, "::mlir::FloatAttr":$first_decay_steps, "::mlir::FloatAttr":$t_mul,
       "::mlir::FloatAttr":$m_mul, "::mlir::FloatAttr":$alpha)>;

def Train_PiecewiseConstantDecay : Train_Schedule<"PiecewiseConstantDecay", "piecewise_constant_decay",
  "values[i], where i boundaries are less than the step",
  (ins "::mlir::ArrayAttr":$boundaries, "::mlir::ArrayAttr":$values)>;

#endif
