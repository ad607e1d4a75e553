// Runs a script at compile time. Statements and expressions are evaluated as Python would; what
// only the run knows becomes an instruction of the program. An error gives poison and evaluation
// goes on, so that one run finds as many independent errors as there are.

#ifndef INGOT_COMPILER_IMPORT_EVALUATE_EVALUATOR_H
#define INGOT_COMPILER_IMPORT_EVALUATE_EVALUATOR_H

#include "compiler/Import/Evaluate/Value.h"
#include "compiler/Import/Keras/Graph.h"
#include "compiler/Import/Python/Diagnostics.h"

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace ingot::import {

struct Argument {
  Value value;
  SourceRange range; // of the value
  std::string name;  // of a keyword argument
  SourceRange nameRange;
};

/// The arguments of a call.
struct Call {
  SourceRange range;  // the whole call
  SourceRange callee; // what is called
  std::vector<Argument> positional;
  std::vector<Argument> keywords;
  const RunTimeFunction *runTime =
      nullptr; // what a builtin that is called is on values of the run, or null

  const Argument *keyword(std::string_view name) const;
  /// The argument given at a position or by its name, or null.
  const Argument *get(size_t position, std::string_view name = {}) const;
};

struct Variable {
  Value value;
  SourceRange assigned;
  unsigned order = 0; // when it was last assigned
  bool used = false;  // since then
};

/// The variables of the module or of one call of a function.
struct Scope {
  Scope *parent = nullptr; // the scope in which the function was defined; null for the module's
  std::map<std::string, Variable> variables;
  std::set<std::string> bound; // every name that some statement of this scope assigns
  std::set<std::string> globals, nonlocals;
};

/// How a statement ends. Ended: the run does not get behind it; its ways have gone elsewhere by
/// jumps.
enum class Flow { Normal, Break, Continue, Return, Ended };

/// Where several ways of the run come together, and what each variable is on each of them.
struct Join {
  struct Slot {
    int variable = -1;                        // the instruction that holds it
    std::optional<Value> initial;             // what it was set to before the ways parted
    std::vector<std::optional<Value>> values; // of each way; nothing where it is not assigned
  };
  int label = 0;
  int arrivals = 0;
  bool isLoop = false; // the variables are the run's whatever the ways say
  std::map<std::string, Slot> slots;
};

class Evaluator {
public:
  Evaluator(const python::Source &source, python::DiagnosticSink &sink);

  void runModule(const python::Module &module);
  /// The program that the script describes, after runModule without errors.
  std::optional<Program> finish();

  //===- Diagnostics (Diagnose.cpp) -----------------------------------------------------------===//
  /// The same message about the same place is given once, however often a loop comes by.
  python::Diagnostic &error(SourceRange range, std::string message);
  python::Diagnostic &warning(SourceRange range, std::string message);
  /// An error that says what is not supported yet.
  Value notSupported(SourceRange range, std::string what, std::string remedy = {});
  Position position(SourceRange range) const { return source.position(range.begin); }
  std::string_view text(SourceRange range) const { return source.text(range); }
  /// What stands before the operator of a statement like `x /= 2`.
  std::string targetText(SourceRange range) const;
  const std::string &scriptPath() const { return source.path(); }

  //===- Names (Names.cpp) --------------------------------------------------------------------===//
  Value lookUp(const std::string &name, SourceRange range);
  void assign(const std::string &name, Value value, SourceRange range);
  /// Python's builtin of that name, whatever the script has made of the name.
  Value builtin(const std::string &name) const { return builtins.at(name); }
  /// The variable of that name that is in reach, or null.
  Variable *findVariable(const std::string &name);
  /// The variable assigned last that nothing has used and that holds a tensor, or null with no
  /// name.
  std::pair<std::string, Variable *> unusedTensor();
  /// The variable of the module assigned last that holds three ints, or null with no name.
  std::pair<std::string, Variable *> imageShape();
  Scope &module() { return *moduleScope; }

  //===- Expressions (Expressions.cpp, Operators.cpp, Subscripts.cpp, Comprehensions.cpp) -----===//
  Value evaluate(const python::Expression &expression);
  Value binary(std::string_view op, const Value &left, const Value &right, SourceRange range,
               bool inPlace = false);
  /// The same of values of the run and of arrays, whose elements the run computes.
  Value binaryAtRunTime(std::string_view op, const Value &left, const Value &right,
                        SourceRange range);
  Value unary(std::string_view op, const Value &operand, SourceRange range);
  Value compare(std::string_view op, const Value &left, const Value &right, SourceRange range);
  Value attribute(const Value &object, const std::string &name, SourceRange range,
                  SourceRange nameRange);
  Value subscript(const Value &container, const Value &index, SourceRange range);
  /// The items of something known that can be iterated over; nothing after an error. With `length`,
  /// of a value of the run its first elements as further values of the run.
  std::optional<std::vector<Value>> iterate(const Value &value, SourceRange range,
                                            std::optional<size_t> length = std::nullopt);
  std::optional<bool> truthOf(const Value &value, SourceRange range, std::string_view what);

  //===- Calls (Functions.cpp, Builtins.cpp, Methods.cpp) -------------------------------------===//
  Value call(const Value &callee, Call &call);
  Value callFunction(FunctionObject &function, Call &call);
  Value findMethod(const Value &self, const std::string &name);
  std::vector<std::string> methodNames(const Value &self);
  /// Checks the number of positional arguments and that the keywords are among those named.
  bool checkArguments(Call &call, std::string_view name, size_t least, size_t most,
                      std::initializer_list<std::string_view> keywords = {});
  /// Counts one step; false, after an error, when the script takes too many.
  bool step(SourceRange range);
  /// Checks that a list or string of that many elements may be made.
  bool checkSize(uint64_t elements, SourceRange range);

  //===- Values of the run (RunTime.cpp) ------------------------------------------------------===//
  int emit(Instruction::Opcode opcode, std::vector<int> operands, SourceRange range,
           std::string text = {}, int64_t integer = 0, double number = 0);
  /// The instruction that gives this value; nothing, after an error, where there is none.
  std::optional<int> materialize(const Value &value, SourceRange range);
  Value runTime(int instruction, RunTimeObject::Type type);
  Value print(Call &call);
  Value formatted(const Value &value, char conversion, const std::string &spec, SourceRange range);
  Value joined(const std::vector<Value> &parts, SourceRange range);
  Value callAtRunTime(std::string_view name, Call &call, RunTimeObject::Type type);
  /// The elements of a data set's array, as a value of the run.
  std::optional<int> materializeArray(const ArrayObject &array, SourceRange range);
  /// pattern % arguments where some are values of the run.
  Value percentAtRunTime(const std::string &pattern, const Value &arguments, SourceRange range);
  /// A function of the script that the run calls with numbers, as many as it takes, of `least` to
  /// `most`. Nothing after an error.
  std::optional<CallbackFunction> compileFunction(const Value &function, size_t least, size_t most,
                                                  SourceRange range);
  /// The summary of a model of the graph.
  void emitSummary(int model, SourceRange range);
  /// The instruction of a call with known texts and numbers among its operands.
  int emitCall(std::string_view function, std::vector<int> operands, SourceRange range);

  //===- Branches of the run (Branches.cpp) ---------------------------------------------------===//
  /// Whether an object may be changed here: not if it was made before the branch of the run that
  /// this is in.
  bool mayChange(const Value &object, SourceRange range);
  /// Whether a loop over it has as many turns as only the run knows.
  static bool isOfRun(const Value &value);

  //===- Modules (Imports.cpp, Resolve.cpp) ---------------------------------------------------===//
  Value moduleAttribute(const ModuleObject &module, const std::string &name, SourceRange range);
  Value importedModule(const std::string &path, SourceRange range);
  /// Reports names of code that is not run which no statement defines.
  void resolve(const python::Node *node);
  void resolveAll(const python::Module &module);
  Value symbol(const ApiEntry *entry);
  Value skipPlotting(SourceRange range);

  Heap heap;
  Graph graph;

private:
  friend class StatementRunner;
  friend struct Comprehender;
  friend struct RunTimeComprehender;

  Value evaluateName(const python::Name &name);
  Value evaluateConstant(const python::Constant &constant);
  Value evaluateBoolOp(const python::BoolOp &node);
  Value evaluateCompare(const python::Compare &node);
  Value evaluateCall(const python::Call &node);
  Value evaluateJoinedStr(const python::JoinedStr &node);
  Value evaluateDict(const python::Dict &node);
  Value evaluateSet(const python::Expressions &elements, SourceRange range);
  Value evaluateLambda(const python::Lambda &node);
  Value evaluateSlice(const python::Slice &node);
  Value evaluateComprehension(const python::Expression &node);
  bool evaluateItems(const python::Expressions &elements, std::vector<Value> &items);
  bool collectArguments(const python::Call &node, Call &call);

  Flow run(const python::Statements &statements);
  Flow run(const python::Statement &statement);
  Flow runFor(const python::For &node);
  Flow runWhile(const python::While &node);
  Flow runWhileTurn(const python::While &node, bool &atRunTime);
  Flow runIf(const python::If &node);
  void runExpression(const python::Expr &node);
  void runAnnAssign(const python::AnnAssign &node);
  void runAugAssign(const python::AugAssign &node);
  void runFunctionDef(const python::FunctionDef &node);
  void runDelete(const python::Delete &node);
  void runAssert(const python::Assert &node);
  void runImport(const python::Import &node);
  void runImportFrom(const python::ImportFrom &node);
  void runUnsupported(const python::Statement &node, std::string_view what,
                      std::string_view remedy);
  void assignTarget(const python::Expression &target, const Value &value, SourceRange valueRange);
  void assignSequence(const python::Expressions &targets, const Value &value, SourceRange range,
                      SourceRange valueRange);
  void assignSubscript(const python::Subscript &target, const Value &value);
  FunctionObject *makeFunction(std::string name, const python::Arguments &parameters,
                               SourceRange range);
  bool bindArguments(FunctionObject &function, Call &call, Scope &scope);

  /// While it lives, what is evaluated is done in some runs and not in others.
  struct RunTimeRegion {
    explicit RunTimeRegion(Evaluator &evaluator);
    ~RunTimeRegion();
    Evaluator &evaluator;
    size_t before;
  };
  /// One value of the run from several ways: `set` on each, `finish` behind all.
  struct Choice {
    Choice(Evaluator &evaluator, SourceRange range);
    void set(const Value &value);
    Value finish();
    Evaluator &evaluator;
    SourceRange range;
    int variable, end;
    bool ok = true, any = false;
    RunTimeObject::Type type = RunTimeObject::Type::Unknown;
  };
  /// A loop over the items of a list of the run.
  struct Counting {
    int list = -1, length = -1, index = -1, head = 0, end = 0;
  };
  struct LoopFrame {
    Join *onBreak, *onContinue; // null where nothing leaves that way within a branch
    int depth;                  // runTimeDepth around the loop
  };
  struct FunctionFrame {
    Choice *choice; // null where no branch returns
    int depth;
    bool used;
  };
  Join openJoin(const std::set<std::string> &names, SourceRange range);
  Join openLoop(const std::set<std::string> &names, SourceRange range);
  void arrive(Join &join, SourceRange range, bool jumps);
  void arriveUnchanged(Join &join);
  void closeJoin(Join &join, SourceRange range);
  Value slotValue(const Join::Slot &slot, RunTimeObject::Type type);
  std::map<std::string, Variable> variablesOf(const std::set<std::string> &names);
  void restore(const std::set<std::string> &names, const std::map<std::string, Variable> &saved);
  void holdLists(const std::set<std::string> &names, SourceRange range);
  Flow branch(const python::If &node, const Value &test);
  Value choose(const python::IfExp &node, const Value &test);
  Value chooseOperand(const python::BoolOp &node, size_t first, Value value);
  Flow leave(Flow flow, SourceRange range);
  Flow checkedFlow(Flow flow, SourceRange range);
  Flow leaveFunction(Value value, SourceRange range);
  Flow loopAtRunTime(const python::While &node);
  Flow loopAtRunTime(const python::For &node, const Value &items);
  Flow runLoopBody(const python::Statements &body, Join &end, Join &next, SourceRange range);
  Value beginCounting(const Value &items, SourceRange range, Counting &counting);
  void endCounting(const Counting &counting, SourceRange range);
  bool isPlotting(const python::Statements &statements);
  void skipPlots(const python::Statement &statement);
  Value comprehendAtRunTime(const python::Expression &node,
                            const std::vector<python::Comprehension *> &generators,
                            const python::Expression &element, const python::Expression *value);

  Value undefinedName(const std::string &name, SourceRange range);
  Value knownName(const std::string &name, SourceRange range);
  Value sizeVariable(const std::string &name, SourceRange range);
  std::string similarVariable(const std::string &name);
  bool isBoundAnywhere(const std::string &name) const;

  int usedModel();
  bool describeOthers(Program &program, int used);
  void keepCallbacks(Program &program);
  void pruneInstructions(Program &program);
  void pruneArrays(Program &program);

  const python::Source &source;
  python::DiagnosticSink &sink;
  std::set<std::tuple<uint32_t, uint32_t, std::string>> given;
  python::Diagnostic discarded;

  std::vector<std::unique_ptr<Scope>> scopes;
  Scope *moduleScope = nullptr;
  Scope *scope = nullptr;
  unsigned assignments = 0;
  std::map<std::string, Value> builtins;
  std::map<const ApiEntry *, Value> symbols;
  std::map<std::string, Value> modules;
  std::set<std::string> assumed; // names that were reported and are taken as defined

  std::vector<Instruction> script;
  int nextLabel = 0, runTimeDepth = 0;
  size_t barrier = 0; // objects made before it are not changed here
  std::vector<LoopFrame> loops;
  std::vector<FunctionFrame> functions;
  Value returned;
  std::vector<SourceRange> callStack;
  int expressionDepth = 0;
  uint64_t steps = 0, elements = 0;
  bool stopped = false, tooMany = false, plottingSkipped = false;
};

/// Python's builtin functions by name.
std::map<std::string, Value> makeBuiltins(Heap &heap);

/// Names that a statement list binds (not those of functions within it).
std::set<std::string> boundNames(const python::Statements &statements);

} // namespace ingot::import

#endif
