"""The kind of test that lit runs here."""

import signal

import lit.formats
import lit.Test

NEED_COMPILER = ("%ingotc", "%ingot_opt", "%ingot_lsp_server", "%ingot_reduce")


class ToolTest(lit.formats.ShTest):
    """A shell test. One that runs what this build leaves out by an option is unsupported; a program that ought to be
    built and is not makes its tests fail."""

    def execute(self, test, litConfig):
        if not test.config.ingot_compiler:
            with open(test.getSourcePath(), errors="replace") as file:
                text = file.read()
            for name in NEED_COMPILER:
                if name in text:
                    return lit.Test.Result(lit.Test.UNSUPPORTED, "built with INGOT_COMPILER=OFF")
        # lit's workers ignore Ctrl-C, and what they start would inherit that. A handler that does nothing keeps the
        # worker as it is, while programs start with the default.
        signal.signal(signal.SIGINT, lambda number, frame: None)
        return super().execute(test, litConfig)
