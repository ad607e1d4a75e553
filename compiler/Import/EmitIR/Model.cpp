// Parameters, rows of the summary, the model as a function, and model.compile.

#include "compiler/Import/EmitIR/Layers/Layers.h"

using namespace mlir;
using namespace ingot;
using ingot::import::ApiEntry;
using ingot::import::batchShapeText;
using ingot::import::clipFor;
using ingot::import::Compile;
using ingot::import::Config;
using ingot::import::Emitter;
using ingot::import::findEntry;
using ingot::import::findLayer;
using ingot::import::initializerFor;
using ingot::import::Layer;
using ingot::import::LayerCall;
using ingot::import::LayerRow;
using ingot::import::LayerWeight;
using ingot::import::lossFor;
using ingot::import::metricFor;
using ingot::import::Model;
using ingot::import::Node;
using ingot::import::optimizerFor;
using ingot::import::regularizerFor;
using ingot::import::Row;
using ingot::import::scheduleFor;
using ingot::import::Shape;
using ingot::import::Weight;
using ingot::import::weightDecayFor;

namespace {
class ModelEmitter {
public:
  explicit ModelEmitter(Emitter &emitter)
      : emitter(emitter), builder(emitter.builder), model(emitter.program.model) {}

  LogicalResult emit() {
    collectWeights();
    std::optional<Compile> compile = emitter.program.compile;
    train::OptimizerAttrInterface optimizer;
    if (compile && !(optimizer = optimizerFor(compile->optimizer, emitter.at(compile->position))))
      return failure();
    if (failed(emitParameters(optimizer)))
      return failure();
    emitLayerRows();
    if (failed(emitFunction(model, "model")))
      return failure();
    for (auto [i, other] : llvm::enumerate(emitter.program.others))
      if (failed(emitFunction(other, Emitter::nameOfOther(i))))
        return failure();
    return compile ? emitCompile(*compile, optimizer) : success();
  }

private:
  /// The weights of each layer, by its first call: a shared layer has them once.
  void collectWeights() {
    weights.resize(model.layers.size());
    for (const Node &node : model.nodes) {
      const Layer &layer = model.layers[node.layer];
      const ApiEntry *entry = findEntry({}, layer.config.type);
      if (!entry || !entry->weights || !weights[node.layer].empty())
        continue;
      std::vector<Shape> inputs;
      for (int input : node.inputs)
        inputs.push_back(model.tensors[input].shape);
      for (Weight &weight : entry->weights(layer.config, inputs)) {
        auto given = layer.config.arguments.find(weight.initializer);
        Config initializer = given == layer.config.arguments.end()
                                 ? Config{weight.initializer, {}}
                                 : std::get<std::vector<Config>>(given->second).front();
        weights[node.layer].push_back({weight.name, weight.shape, initializer,
                                       regularizerOf(layer.config, weight),
                                       weight.trainable && layer.trainable, layer.position});
      }
    }
  }

  /// Keras names both arguments of a weight alike: kernel_initializer, kernel_regularizer.
  static std::optional<Config> regularizerOf(const Config &layer, const Weight &weight) {
    StringRef prefix = weight.initializer;
    prefix.consume_back("initializer");
    auto found = layer.arguments.find((prefix + "regularizer").str());
    auto *given =
        found == layer.arguments.end() ? nullptr : std::get_if<std::vector<Config>>(&found->second);
    return given ? std::optional(given->front()) : std::nullopt;
  }

  static std::string parameterName(const Layer &layer, const LayerWeight &weight) {
    return layer.name + "/" + weight.name;
  }

  template <typename Visit> LogicalResult forEachWeight(Visit visit) {
    for (auto [layer, list] : llvm::zip_equal(model.layers, weights))
      for (const LayerWeight &weight : list)
        if (failed(visit(layer, weight)))
          return failure();
    return success();
  }

  LogicalResult emitParameters(train::OptimizerAttrInterface optimizer) {
    int64_t stream = 0;
    auto add = [&](Location loc, const std::string &name, ArrayRef<int64_t> shape, train::Role role,
                   train::InitializerAttr init, Attribute regularizer = {}) {
      train::ParameterOp::create(builder, loc, name, emitter.tensor(shape), role, init, stream++,
                                 regularizer, /*offset=*/IntegerAttr());
    };
    if (failed(forEachWeight([&](const Layer &layer, const LayerWeight &weight) -> LogicalResult {
          Location loc = emitter.at(layer.name, layer.position);
          auto init = initializerFor(weight.initializer, weight.shape, loc);
          Attribute regularizer;
          if (weight.regularizer)
            regularizer = regularizerFor(*weight.regularizer, loc);
          if (!init || (weight.regularizer && !regularizer))
            return failure();
          add(loc, parameterName(layer, weight), weight.shape,
              weight.trainable ? train::Role::Trainable : train::Role::NonTrainable, init,
              regularizer);
          return success();
        })))
      return failure();
    if (!optimizer)
      return success();
    for (const train::OptimizerState &slot : optimizer.getSlots())
      (void)forEachWeight([&](const Layer &layer, const LayerWeight &weight) {
        if (weight.trainable)
          add(emitter.at(layer.name, layer.position),
              train::slotName(parameterName(layer, weight), slot.name), weight.shape,
              train::Role::Slot, filledWith(slot.initial));
        return success();
      });
    for (const train::OptimizerState &scalar : optimizer.getScalars())
      add(emitter.at(emitter.program.compile->position), train::scalarName(scalar.name), {},
          train::Role::Slot, filledWith(scalar.initial));
    return success();
  }

  train::InitializerAttr filledWith(double value) {
    if (value == 0)
      return train::InitializerAttr::get(builder.getContext(), "zeros", {}, {});
    return train::InitializerAttr::get(builder.getContext(), "constant",
                                       builder.getF64FloatAttr(value), {});
  }

  void emitLayerRows() {
    for (const Row &row : model.rows) {
      int64_t count = 0;
      for (int layer : row.layers)
        for (const LayerWeight &weight : weights[layer])
          count += emitter.tensor(weight.shape).getNumElements();
      std::string shape = row.output < 0 ? "?" : batchShapeText(model.tensors[row.output].shape);
      train::LayerOp::create(builder, emitter.at(row.name, row.position), row.name, row.type, shape,
                             count, row.is_input, row.trainable,
                             row.connected_to.empty() ? StringAttr()
                                                      : builder.getStringAttr(row.connected_to));
    }
  }

  /// The program's model or another one, of the weights of the program's.
  LogicalResult emitFunction(const Model &function, StringRef name) {
    Location loc = emitter.at(function.position);
    SmallVector<Type> inputTypes, outputTypes;
    SmallVector<Attribute> argumentAttrs, resultAttrs;
    SmallVector<Location> locations;
    for (int input : function.inputs) {
      inputTypes.push_back(emitter.batched(function.tensors[input].shape));
      argumentAttrs.push_back(builder.getDictionaryAttr({}));
      locations.push_back(inputLocation(function, input));
    }
    for (int output : function.outputs) {
      outputTypes.push_back(emitter.batched(function.tensors[output].shape));
      resultAttrs.push_back(builder.getDictionaryAttr({}));
    }
    (void)forEachWeight([&](const Layer &layer, const LayerWeight &weight) {
      inputTypes.push_back(emitter.tensor(weight.shape));
      auto symbol = FlatSymbolRefAttr::get(builder.getContext(), parameterName(layer, weight));
      auto named = builder.getDictionaryAttr(builder.getNamedAttr("nn.parameter", symbol));
      argumentAttrs.push_back(named);
      if (!weight.trainable) {
        outputTypes.push_back(inputTypes.back());
        resultAttrs.push_back(named);
      }
      locations.push_back(emitter.at(layer.name + "_" + weight.name, layer.position));
      return success();
    });
    auto op =
        nn::ModelOp::create(builder, loc, name, builder.getFunctionType(inputTypes, outputTypes),
                            builder.getArrayAttr(argumentAttrs), builder.getArrayAttr(resultAttrs));
    Block &block = op.getBody().emplaceBlock();
    block.addArguments(inputTypes, locations);
    return emitBody(function, block);
  }

  Location inputLocation(const Model &function, int tensor) {
    int node = function.tensors[tensor].node;
    if (node < 0 || function.nodes[node].layer < 0)
      return emitter.at(function.position);
    return emitter.at(function.layers[function.nodes[node].layer].name,
                      function.nodes[node].position);
  }

  LogicalResult emitBody(const Model &function, Block &block) {
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToEnd(&block);
    std::map<int, Value> values; // of tensors
    for (auto [input, argument] : llvm::zip(function.inputs, block.getArguments()))
      values[input] = argument;
    current = llvm::to_vector_of<Value>(block.getArguments().drop_front(function.inputs.size()));
    for (const Node &node : function.nodes)
      if (!values.contains(node.outputs.front()) && failed(emitCall(function, node, values)))
        return failure();
    SmallVector<Value> outputs;
    for (int output : function.outputs)
      outputs.push_back(values.at(output));
    unsigned position = 0;
    (void)forEachWeight([&](const Layer &, const LayerWeight &weight) {
      if (!weight.trainable)
        outputs.push_back(current[position]);
      ++position;
      return success();
    });
    nn::OutputOp::create(builder, emitter.at(function.position), outputs);
    return success();
  }

  LogicalResult emitCall(const Model &function, const Node &node, std::map<int, Value> &values) {
    const Layer &layer = function.layers[node.layer];
    Location loc = emitter.at(layer.name, node.position);
    const LayerRow *row = findLayer(layer.config.type);
    if (!row)
      return emitError(loc, "the layer ") << layer.config.type << " is not supported yet";
    auto weight = [&](StringRef name) { return weightOf(layer.object, name); };
    auto setWeight = [&](StringRef name, Value successor) {
      weightOf(layer.object, name) = successor;
    };
    SmallVector<Value> inputs =
        llvm::map_to_vector(node.inputs, [&](int input) { return values.at(input); });
    LayerCall call{builder,
                   loc,
                   layer.config,
                   inputs,
                   emitter.batched(function.tensors[node.outputs.front()].shape),
                   &node - function.nodes.data(),
                   weight,
                   setWeight};
    Value result = row->emit(call);
    if (!result)
      return failure();
    values[node.outputs.front()] = result;
    return success();
  }

  /// What a weight of one of the script's layers is at this point of the model.
  Value &weightOf(int object, StringRef name) {
    unsigned position = 0;
    for (auto [layer, list] : llvm::zip_equal(model.layers, weights))
      for (const LayerWeight &candidate : list) {
        if (layer.object == object && candidate.name == name)
          return current[position];
        ++position;
      }
    llvm_unreachable("a layer's weights are those of its row in Keras/Layers");
  }

  LogicalResult emitCompile(const Compile &compile, train::OptimizerAttrInterface optimizer) {
    Location loc = emitter.at(compile.position);
    LossAttrInterface loss = lossFor(compile.loss, loc);
    if (!loss)
      return failure();
    SmallVector<Attribute> metrics;
    for (auto [name, config] : llvm::zip_equal(compile.metrics, compile.metric_configs)) {
      metrics.push_back(metricFor(config, name, loc));
      if (!metrics.back())
        return failure();
    }
    train::CompileOp::create(builder, loc, "model", optimizer, scheduleFor(compile.optimizer, loc),
                             clipFor(compile.optimizer, loc),
                             weightDecayFor(compile.optimizer, loc), loss,
                             builder.getArrayAttr(metrics));
    return success();
  }

  Emitter &emitter;
  OpBuilder &builder;
  const Model &model;
  std::vector<std::vector<LayerWeight>> weights; // of each layer
  SmallVector<Value> current;                    // of each weight, as the last call left it
};
} // namespace

LogicalResult ingot::import::emitModel(Emitter &emitter) { return ModelEmitter(emitter).emit(); }
