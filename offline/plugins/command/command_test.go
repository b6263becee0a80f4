package command_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"matrix-synapse/offline/plugins/command"
	"matrix-synapse/offline/plugins/plugintest"
)

type in = plugintest.In

func newCommand(t *testing.T) *plugintest.Resource {
	return plugintest.New(t, plugintest.Server(t, command.Provider(), "command", command.Version), "command:local:Command", "task")
}

func content(t *testing.T, path string) string {
	t.Helper()
	bytes, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(bytes)
}

func TestCommandCapturesItsOutput(t *testing.T) {
	r := newCommand(t)
	r.Create(in{"create": `printf 'a\n\n'; echo err >&2`}.Map())
	if got := plugintest.Text(t, r.Outputs, "stdout"); got != "a\n" {
		t.Errorf("stdout: got %q, want one trailing newline trimmed", got)
	}
	if got := plugintest.Text(t, r.Outputs, "stderr"); got != "err" {
		t.Errorf("stderr: got %q", got)
	}
	if !regexp.MustCompile(`^task[0-9a-f]{8}$`).MatchString(r.ID) {
		t.Errorf("ID: got %q", r.ID)
	}
}

func TestCommandHonoursItsSettings(t *testing.T) {
	dir := t.TempDir()
	for name, test := range map[string]struct {
		inputs in
		want   string
	}{
		"environment":      {in{"create": "echo $GREETING", "environment": in{"GREETING": "hello"}}, "hello"},
		"the OS's, too":    {in{"create": "echo ${PATH:+set}", "environment": in{"X": "1"}}, "set"},
		"stdin":            {in{"create": "cat", "stdin": "from stdin"}, "from stdin"},
		"dir":              {in{"create": "pwd", "dir": dir}, dir},
		"interpreter":      {in{"create": "print", "interpreter": []string{"/bin/echo", "I"}}, "I print"},
		"no interpreter":   {in{"create": "echo $0", "interpreter": []string{}}, "/bin/sh"},
		"nothing to do":    {in{"update": "echo no"}, ""},
		"no previous ones": {in{"create": "echo ${PULUMI_COMMAND_STDOUT-unset}"}, "unset"},
	} {
		t.Run(name, func(t *testing.T) {
			r := newCommand(t)
			r.Create(test.inputs.Map())
			if got := plugintest.Text(t, r.Outputs, "stdout"); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestCommandPreviewRunsNothing(t *testing.T) {
	marker := filepath.Join(t.TempDir(), "ran")
	r := newCommand(t)
	outputs := r.PreviewCreate(in{"create": "touch " + marker, "environment": in{"LATER": plugintest.Unknown()}}.Map())
	if value := outputs.Get("stdout"); !value.IsComputed() {
		t.Errorf("stdout in a preview: got %#v, want unknown", value)
	}
	r.Create(in{"create": "true"}.Map())
	outputs = r.PreviewUpdate(in{"create": "touch " + marker}.Map())
	if value := outputs.Get("stdout"); !value.IsComputed() {
		t.Errorf("stdout in the preview of a change: got %#v, want unknown", value)
	}
	if _, err := os.Stat(marker); err == nil {
		t.Error("a preview ran the command")
	}
}

func TestCommandUpdateSeesWhatWasPrintedBefore(t *testing.T) {
	r := newCommand(t)
	base := in{"create": "echo first", "update": `echo "$PULUMI_COMMAND_STDOUT, then $N"`}
	r.Create(base.Map())
	changed := base.With("environment", in{"N": "second"})
	plugintest.Equal(t, "diff", r.Diff(changed.Map()), "environment: add")
	r.Update(changed.Map())
	if got := plugintest.Text(t, r.Outputs, "stdout"); got != "first, then second" {
		t.Errorf("got %q", got)
	}
	r.Update(changed.With("addPreviousOutputInEnv", false).With("environment", in{"N": "third"}).Map())
	if got := plugintest.Text(t, r.Outputs, "stdout"); got != ", then third" {
		t.Errorf("without the previous output: got %q", got)
	}
}

func TestCommandWithoutUpdateRunsCreateAgain(t *testing.T) {
	log := filepath.Join(t.TempDir(), "log")
	r := newCommand(t)
	base := in{"create": "echo ran >> " + log}
	r.Create(base.Map())
	r.Update(base.With("logging", "none").Map())
	if got := content(t, log); got != "ran\nran\n" {
		t.Errorf("got %q", got)
	}
}

func TestCommandIsReplacedByTriggersAlone(t *testing.T) {
	r := newCommand(t)
	base := in{"create": "true", "update": "true", "triggers": []string{"1"}, "environment": in{"A": "1"}}
	r.Create(base.Map())
	plugintest.Equal(t, "unchanged", r.Diff(base.Map()))
	diff := r.RawDiff(base.With("triggers", []string{"2"}).Map())
	if diff.DeleteBeforeReplace {
		t.Error("the old one would be deleted before the new one is there")
	}
	plugintest.Equal(t, "triggers", r.Diff(base.With("triggers", []string{"2"}).Map()), "triggers[0]: update&replace")
	plugintest.Equal(t, "more triggers", r.Diff(base.With("triggers", []string{"1", "2"}).Map()), "triggers[1]: add&replace")
	plugintest.Equal(t, "no triggers", r.Diff(base.Without("triggers").Map()), "triggers: delete&replace")
	plugintest.Equal(t, "unknown triggers", r.Diff(base.With("triggers", plugintest.Unknown()).Map()), "triggers: update&replace")
	for name, value := range map[string]any{
		"create": "false", "update": "false", "delete": "false", "stdin": "x", "dir": "/", "logging": "none",
		"interpreter": []string{"/bin/bash", "-c"}, "addPreviousOutputInEnv": false,
	} {
		for _, change := range r.Diff(base.With(name, value).Map()) {
			if strings.HasSuffix(change, "replace") {
				t.Errorf("%s replaces: %s", name, change)
			}
		}
	}
	plugintest.Equal(t, "unknown", r.Diff(base.With("stdin", plugintest.Unknown()).Map()), "stdin: add")
}

func TestCommandDeleteRunsDeleteWithThePreviousOutput(t *testing.T) {
	log := filepath.Join(t.TempDir(), "log")
	r := newCommand(t)
	r.Create(in{"create": "echo made", "delete": "echo unmade $PULUMI_COMMAND_STDOUT > " + log}.Map())
	r.Delete()
	if got := content(t, log); got != "unmade made\n" {
		t.Errorf("got %q", got)
	}
	withoutDelete := newCommand(t)
	withoutDelete.Create(in{"create": "true"}.Map())
	withoutDelete.Delete()
}

func TestCommandFailureShowsTheOutputAndKeepsTheState(t *testing.T) {
	r := newCommand(t)
	r.Create(in{"create": "echo good", "delete": "exit 4"}.Map())
	// The pause keeps the two streams in order: they come through pipes of their own.
	err := r.TryUpdate(in{"create": "echo out; sleep 0.2; echo err >&2; exit 3", "delete": "exit 4"}.Map())
	want := "exit status 3: running \"echo out; sleep 0.2; echo err >&2; exit 3\":\nout\nerr\n"
	if err == nil || err.Error() != want {
		t.Errorf("got %v, want %q", err, want)
	}
	if got := plugintest.Text(t, r.Outputs, "stdout"); got != "good" {
		t.Errorf("the state has %q", got)
	}
	if err := r.TryDelete(); err == nil || !strings.HasPrefix(err.Error(), `exit status 4: running "exit 4":`) {
		t.Errorf("delete: got %v", err)
	}
	if err := newCommand(t).TryCreate(in{"create": "exit 5"}.Map()); err == nil {
		t.Error("a failing create made a resource")
	}
}

// What a command prints is its error's text, whatever is logged: who prints a secret and fails shows it.
func TestCommandFailureShowsItsReasonWithoutLogging(t *testing.T) {
	inputs := in{"create": "cat >/dev/null; echo reason; exit 3", "stdin": plugintest.Secret("s3cret"), "logging": "none"}
	err := newCommand(t).TryCreate(inputs.Map())
	if want := "exit status 3: running \"cat >/dev/null; echo reason; exit 3\":\nreason\n"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %q", err, want)
	}
	err = newCommand(t).TryCreate(inputs.With("create", "cat; exit 3").Map())
	if err == nil || !strings.HasSuffix(err.Error(), ":\ns3cret") {
		t.Errorf("got %v", err)
	}
}

func TestCommandFailureNamesTheMissingFolder(t *testing.T) {
	err := newCommand(t).TryCreate(in{"create": "pwd", "dir": "/not-there"}.Map())
	if want := "chdir /not-there: no such file or directory: running \"pwd\":\n"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %q", err, want)
	}
}

func TestCommandRunsInThePluginsFolder(t *testing.T) {
	t.Chdir(t.TempDir())
	folder, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	r := newCommand(t)
	r.Create(in{"create": "pwd"}.Map())
	if got := plugintest.Text(t, r.Outputs, "stdout"); got != folder {
		t.Errorf("got %q, want %q", got, folder)
	}
}

func TestCommandRefreshChangesNothing(t *testing.T) {
	r := newCommand(t)
	r.Create(in{"create": "date +%N"}.Map())
	before := r.Outputs
	if !r.Refresh() || !before.Get("stdout").Equals(r.Outputs.Get("stdout")) {
		t.Error("a refresh changed the output")
	}
}

func TestCommandKeepsSecretInputsSecretButNotItsOutput(t *testing.T) {
	r := newCommand(t)
	r.Create(in{"create": "cat", "stdin": plugintest.Secret("s3cret"), "environment": in{"P": plugintest.Secret("p")}}.Map())
	if !r.Outputs.Get("stdin").Secret() {
		t.Error("stdin became public")
	}
	if !r.Outputs.Get("environment").HasSecrets() {
		t.Error("environment became public")
	}
	// So does the official plugin: programs need additionalSecretOutputs.
	if r.Outputs.Get("stdout").Secret() {
		t.Error("stdout is secret, which the official plugin's is not")
	}
}

func TestCommandRefusesWhatIsNotImplemented(t *testing.T) {
	for name, value := range map[string]any{"assetPaths": []string{"*"}, "archivePaths": []string{"*"}, "creat": "true"} {
		_, failures := newCommand(t).Check(in{"create": "true", name: value}.Map())
		if len(failures) != 1 || !strings.HasPrefix(failures[0], name+": ") {
			t.Errorf("%s: got %q", name, failures)
		}
	}
}
