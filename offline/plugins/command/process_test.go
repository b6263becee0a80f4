package command_test

import (
	"bytes"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"

	"matrix-synapse/offline/plugins/command"
	"matrix-synapse/offline/plugins/plugintest"
)

// engineLog catches what goes to the engine's log.
func engineLog(t *testing.T) func() string {
	var mu sync.Mutex
	var buffer bytes.Buffer
	before := slog.Default()
	slog.SetDefault(slog.New(slog.NewTextHandler(writer(func(b []byte) (int, error) {
		mu.Lock()
		defer mu.Unlock()
		return buffer.Write(b)
	}), nil)))
	t.Cleanup(func() { slog.SetDefault(before) })
	return func() string {
		mu.Lock()
		defer mu.Unlock()
		return buffer.String()
	}
}

type writer func([]byte) (int, error)

func (w writer) Write(b []byte) (int, error) { return w(b) }

func TestCommandLogsTheStreamsItIsToldTo(t *testing.T) {
	for logging, want := range map[string][2]bool{
		"none": {false, false}, "stdout": {true, false}, "stderr": {false, true}, "stdoutAndStderr": {true, true},
		"": {true, true},
	} {
		t.Run("logging "+logging, func(t *testing.T) {
			logged := engineLog(t)
			inputs := in{"create": "echo on-stdout; echo on-stderr >&2"}
			if logging != "" {
				inputs = inputs.With("logging", logging)
			}
			r := newCommand(t)
			r.Create(inputs.Map())
			for i, text := range []string{"on-stdout", "on-stderr"} {
				if got := strings.Contains(logged(), text); got != want[i] {
					t.Errorf("%s logged: %v, want %v", text, got, want[i])
				}
			}
			if plugintest.Text(t, r.Outputs, "stdout") != "on-stdout" {
				t.Error("logging changed what is captured")
			}
		})
	}
}

func TestCommandPrintsAVeryLongLine(t *testing.T) {
	engineLog(t)
	r := newCommand(t)
	r.Create(in{"create": "head -c 300000 /dev/zero | tr '\\0' x"}.Map())
	if got := len(plugintest.Text(t, r.Outputs, "stdout")); got != 300000 {
		t.Errorf("got %d characters", got)
	}
}

func TestCommandThatIsCancelledTakesItsChildrenAlong(t *testing.T) {
	pidFile := filepath.Join(t.TempDir(), "pid")
	r := newCommand(t)
	failed := make(chan error, 1)
	checked, _ := r.Check(in{"create": "sleep 60 & echo $! > " + pidFile + ".new; mv " + pidFile + ".new " + pidFile + "; wait"}.Map())
	go func() {
		_, err := r.Server.Create(p.CreateRequest{Urn: r.Urn, Properties: checked})
		failed <- err
	}()
	var grandchild int
	eventually(t, "the command started", func() bool {
		bytes, err := os.ReadFile(pidFile)
		if err != nil {
			return false
		}
		grandchild, err = strconv.Atoi(strings.TrimSpace(string(bytes)))
		return err == nil
	})
	if err := r.Server.Cancel(); err != nil {
		t.Fatal(err)
	}
	select {
	case err := <-failed:
		if err == nil || !strings.Contains(err.Error(), "killed") {
			t.Errorf("got %v", err)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("the cancelled command goes on")
	}
	eventually(t, "the grandchild is gone", func() bool { return gone(grandchild) })
}

// gone takes a zombie for dead: whether it is reaped is up to this machine's init.
func gone(pid int) bool {
	if syscall.Kill(pid, 0) != nil {
		return true
	}
	stat, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "stat"))
	return err != nil || strings.Contains(string(stat), ") Z ")
}

func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for range 200 {
		if holds() {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatalf("not within 10 s: %s", what)
}

func TestRunFunctionRunsAndFails(t *testing.T) {
	server := plugintest.Server(t, command.Provider(), "command", command.Version)
	call := func(args in) (p.InvokeResponse, error) {
		return server.Invoke(p.InvokeRequest{Token: tokens.Type("command:local:run"), Args: args.Map()})
	}
	response, err := call(in{"command": "cat; echo oops >&2", "stdin": "in"})
	if err != nil || plugintest.Text(t, response.Return, "stdout") != "in" || plugintest.Text(t, response.Return, "stderr") != "oops" {
		t.Errorf("got %#v, %v", response, err)
	}
	if _, err := call(in{"command": "exit 7"}); err == nil || !strings.HasPrefix(err.Error(), "exit status 7: running") {
		t.Errorf("got %v", err)
	}
	response, err = call(in{"command": "true", "archivePaths": []string{"*"}})
	if err != nil || len(response.Failures) != 1 || response.Failures[0].Property != "archivePaths" {
		t.Errorf("got %#v, %v", response, err)
	}
}
