package command

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"sync"
	"syscall"
)

// run executes one command line and captures its output. before is what the previous one printed.
func run(ctx context.Context, line string, settings Settings, before Captured) (Captured, error) {
	// The parent-death signal below follows the thread that starts the child, so that thread has to stay.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()

	log := newEngineLog(ctx)
	defer log.Close()
	var stdout, stderr bytes.Buffer
	both := &lockedBuffer{}

	argv := []string{"/bin/sh", "-c"}
	if settings.Interpreter != nil && len(*settings.Interpreter) > 0 {
		argv = append([]string{}, *settings.Interpreter...)
	}
	argv = append(argv, line)
	child := exec.CommandContext(ctx, argv[0], argv[1:]...)
	child.Stdout = fanOut(log, settings.Logging.shows(LogStdout), &stdout, both)
	child.Stderr = fanOut(log, settings.Logging.shows(LogStderr), &stderr, both)
	child.Env = environment(settings, before)
	if settings.Dir != nil {
		child.Dir = *settings.Dir
		if _, err := os.Stat(child.Dir); err != nil { // Run would blame the interpreter
			return Captured{}, fmt.Errorf("chdir %s: %w: running %q:\n", child.Dir, errors.Unwrap(err), line)
		}
	}
	if settings.Stdin != nil && *settings.Stdin != "" {
		child.Stdin = strings.NewReader(*settings.Stdin)
	}
	// A group of its own, so that a cancelled command takes along what it started.
	child.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	child.Cancel = func() error { return syscall.Kill(-child.Process.Pid, syscall.SIGKILL) }

	if err := child.Run(); err != nil {
		return Captured{}, fmt.Errorf("%w: running %q:\n%s", err, line, both.String())
	}
	return Captured{
		Stdout: strings.TrimSuffix(stdout.String(), "\n"),
		Stderr: strings.TrimSuffix(stderr.String(), "\n"),
	}, nil
}

func environment(settings Settings, before Captured) []string {
	env := os.Environ()
	if settings.Environment != nil {
		for name, value := range *settings.Environment {
			env = append(env, name+"="+value)
		}
	}
	if settings.AddPreviousOutputInEnv != nil && !*settings.AddPreviousOutputInEnv {
		return env
	}
	if before.Stdout != "" {
		env = append(env, "PULUMI_COMMAND_STDOUT="+before.Stdout)
	}
	if before.Stderr != "" {
		env = append(env, "PULUMI_COMMAND_STDERR="+before.Stderr)
	}
	return env
}

func fanOut(log io.Writer, logged bool, writers ...io.Writer) io.Writer {
	if logged {
		writers = append(writers, log)
	}
	return io.MultiWriter(writers...)
}

// lockedBuffer takes both streams, in the order in which they come.
type lockedBuffer struct {
	mu     sync.Mutex
	buffer bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buffer.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buffer.String()
}
