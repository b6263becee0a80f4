package command

import (
	"bufio"
	"context"
	"io"
	"strings"

	p "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi-go-provider/infer"
)

// Logging says which of a command's outputs the engine shows while it runs. Unset means both.
type Logging string

const (
	LogNone   Logging = "none"
	LogStdout Logging = "stdout"
	LogStderr Logging = "stderr"
	LogBoth   Logging = "stdoutAndStderr"
)

// Values lists the names for the schema.
func (Logging) Values() []infer.EnumValue[Logging] {
	return []infer.EnumValue[Logging]{
		{Name: string(LogNone), Value: LogNone},
		{Name: string(LogStdout), Value: LogStdout},
		{Name: string(LogStderr), Value: LogStderr},
		{Name: string(LogBoth), Value: LogBoth},
	}
}

func (l *Logging) shows(stream Logging) bool {
	return l == nil || *l == stream || *l == LogBoth
}

// engineLog passes what is written on to the engine line by line. Close waits until all has been passed.
type engineLog struct {
	*io.PipeWriter
	done chan struct{}
}

func newEngineLog(ctx context.Context) *engineLog {
	reader, writer := io.Pipe()
	log := &engineLog{writer, make(chan struct{})}
	go func() {
		defer close(log.done)
		lines := bufio.NewReader(reader)
		for {
			line, err := lines.ReadString('\n')
			if line != "" {
				p.GetLogger(ctx).InfoStatus(strings.TrimSuffix(line, "\n"))
			}
			if err != nil {
				return
			}
		}
	}()
	return log
}

func (l *engineLog) Close() {
	l.PipeWriter.Close()
	<-l.done
}
