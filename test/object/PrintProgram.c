/* ingot-print-program LIBRARY: prints every field of the `ingot_program` of a shared object, and
 * calls its kernels, which are defined here. */

#include "runtime/ABI/Program.h"

#include <dlfcn.h>
#include <inttypes.h>
#include <stdio.h>

#define KERNEL(name, symbol)                                                                       \
  void name(void *const *buffers, int64_t begin, int64_t end) __asm__(symbol);                     \
  void name(void *const *buffers, int64_t begin, int64_t end) {                                    \
    (void)buffers;                                                                                 \
    printf(" [" symbol " %" PRId64 " %" PRId64 "]", begin, end);                                   \
  }
KERNEL(gather, "gather")
KERNEL(dense, "d")
KERNEL(denseReference, "d.reference")
KERNEL(update, "d.update")

/* The runtime's, which a program names. */
void ingot_read_idx(IngotReadRequest *request) { (void)request; }
void ingot_read_cifar(IngotReadRequest *request) { (void)request; }
void ingot_read_image_folder(IngotReadRequest *request) { (void)request; }
void ingot_read_numpy(IngotReadRequest *request) { (void)request; }

static void printShape(uint32_t rank, const int64_t *shape) {
  for (uint32_t i = 0; i < INGOT_MAX_RANK; ++i)
    if (i < rank || shape[i])
      printf("%s%" PRId64, i ? "x" : " ", shape[i]);
}

static void printLaunch(const IngotLaunch *launch) {
  printf("  launch %s '%s' grid %" PRId64 " flops %" PRIu64 " bytes %" PRIu64 " after",
         launch->name, launch->schedule, launch->grid, launch->flops, launch->bytes);
  for (uint32_t i = 0; i < launch->after_count; ++i)
    printf(" %" PRIu32, launch->after[i]);
  launch->kernel(0, 0, launch->grid);
  if (launch->reference)
    launch->reference(0, 0, launch->grid);
  printf("\n");
  for (uint32_t i = 0; i < launch->buffer_count; ++i) {
    const IngotBuffer *b = &launch->buffers[i];
    printf("    space %" PRIu32 " access %" PRIu32 " offset %" PRIu64 " bytes %" PRIu64
           " row_bytes %" PRIu64 "\n",
           b->space, b->access, b->offset, b->bytes, b->row_bytes);
  }
}

static void printEntry(const IngotEntry *entry) {
  printf("entry %s kind %" PRIu32 " images %" PRId32 " labels %" PRId32, entry->name, entry->kind,
         entry->images, entry->labels);
  for (uint32_t i = 0; i < entry->metric_count; ++i)
    printf(" metric %s %" PRIu64, entry->metrics[i].name, entry->metrics[i].offset);
  printf(" output %" PRIu64, entry->output_offset);
  printShape(entry->output_rank, entry->output_shape);
  printf("\n");
  for (uint32_t i = 0; i < entry->launch_count; ++i)
    printLaunch(&entry->launches[i]);
}

static void printData(const IngotProgram *p) {
  for (uint32_t i = 0; i < p->parameter_count; ++i) {
    const IngotParameter *q = &p->parameters[i];
    printf("parameter %s role %" PRIu32 " block %" PRId64 " offset %" PRIu64 " bytes %" PRIu64
           " initializer %" PRIu32 " %g %g stream %" PRIu64,
           q->name, q->role, q->block, q->offset, q->bytes, q->initializer, q->a, q->b, q->stream);
    printShape(q->rank, q->shape);
    printf("\n");
  }
  for (uint32_t i = 0; i < p->layer_count; ++i)
    printf("layer %s %s '%s' %" PRIu64 " %" PRIu32 " %" PRIu32 "\n", p->layers[i].name,
           p->layers[i].type, p->layers[i].output_shape, p->layers[i].parameters,
           p->layers[i].is_input, p->layers[i].trainable);
  for (uint32_t i = 0; i < p->array_count; ++i) {
    const IngotArray *a = &p->arrays[i];
    printf("array %s %s split %" PRIu32 " element %" PRIu32 " classes %" PRIu32, a->source, a->key,
           a->split, a->element, a->classes);
    printShape(a->rank, a->shape);
    printf(" reader %s", a->reader == ingot_read_idx     ? "idx"
                         : a->reader == ingot_read_cifar ? "cifar"
                                                         : "?");
    if (a->options)
      printf(" options '%s'", a->options);
    printf("\n");
  }
}

static void printInstructions(const IngotInstruction *instructions, uint32_t count) {
  for (uint32_t i = 0; i < count; ++i) {
    const IngotInstruction *s = &instructions[i];
    printf("%%%" PRIu32 " = %" PRIu32 " (", i, s->opcode);
    for (uint32_t j = 0; j < s->operand_count; ++j)
      printf("%s%%%" PRIu32, j ? " " : "", s->operands[j]);
    printf(") %" PRId64 " %g '%s' line %" PRIu32 "\n", s->integer, s->number,
           s->text ? s->text : "", s->line);
  }
}

static const char *shown(const char *text) { return text ? text : "-"; }

static void printCallbacks(const IngotProgram *p) {
  for (uint32_t i = 0; i < p->callback_count; ++i) {
    const IngotCallback *c = &p->callbacks[i];
    printf("callback %" PRIu32 " flags %" PRIu32 " verbose %" PRIu32 " higher %" PRIu32
           " monitor %s path %s separator %s patience %" PRId64 " cooldown %" PRId64
           " start %" PRId64 " frequency %" PRId64 " delta %g factor %g min_lr %g baseline %g\n",
           c->kind, c->flags, c->verbose, c->higher_is_better, shown(c->monitor), shown(c->path),
           shown(c->separator), c->patience, c->cooldown, c->start_from_epoch, c->save_frequency,
           c->min_delta, c->factor, c->min_lr, c->baseline);
    if (c->function) {
      printf("function of %" PRIu32 " gives %%%" PRIu32 "\n", c->function->argument_count,
             c->function->result);
      printInstructions(c->function->instructions, c->function->instruction_count);
    }
  }
}

static void printScript(const IngotProgram *p) {
  for (uint32_t i = 0; i < p->fit_count; ++i) {
    const IngotFit *f = &p->fits[i];
    printf("fit %" PRId32 " %" PRId32 " epochs %" PRId64 " batch %" PRId64 " %" PRId64
           " shuffle %" PRIu32 " verbose %" PRIu32 " initial %" PRId64,
           f->train_entry, f->validation_entry, f->epochs, f->batch, f->validation_batch,
           f->shuffle, f->verbose, f->initial_epoch);
    for (uint32_t j = 0; j < f->callback_count; ++j)
      printf(" callback %" PRIu32, f->callbacks[j]);
    printf("\n");
  }
  for (uint32_t i = 0; i < p->evaluation_count; ++i)
    printf("evaluation %" PRId32 " verbose %" PRIu32 " batch %" PRId64 "\n",
           p->evaluations[i].entry, p->evaluations[i].verbose, p->evaluations[i].batch);
  printCallbacks(p);
  printInstructions(p->script, p->script_count);
}

int main(int argc, char **argv) {
  void *library = argc > 1 ? dlopen(argv[1], RTLD_NOW) : 0;
  const IngotProgram *p = library ? dlsym(library, "ingot_program") : 0;
  if (!p) {
    fputs(argc > 1 ? dlerror() : "no library is given", stderr);
    return 1;
  }
  printf("program %s abi %" PRIu32 " batch %" PRIu32 " spec '%s' digest %s model %s\n", p->name,
         p->abi_version, p->batch, p->spec, p->spec_digest, p->model_name);
  printf("by '%s' cpu %s features %s schedules %s\n", p->compiler, p->target_cpu,
         p->target_features, p->schedule_hash);
  printf("arena %" PRIu64 " state %" PRIu64 " learning_rate %g callbacks %" PRIu32 "\n",
         p->arena_bytes, p->state_bytes, p->learning_rate, p->callback_count);
  printData(p);
  for (uint32_t i = 0; i < p->entry_count; ++i)
    printEntry(&p->entries[i]);
  printScript(p);
  return 0;
}
