package command

import (
	"context"

	"github.com/pulumi/pulumi-go-provider/infer"
)

// Run is the function that runs a command line each time the program runs, in previews too.
type Run struct{}

// RunInputs are the function's arguments.
type RunInputs struct {
	Settings
	Command string `pulumi:"command"`
}

// RunOutputs are the arguments and what the command line printed.
type RunOutputs struct {
	RunInputs
	Captured
}

// Annotate gives the function its official token.
func (r *Run) Annotate(a infer.Annotator) {
	a.SetToken("local", "run")
}

// Invoke runs the command line.
func (*Run) Invoke(ctx context.Context, req infer.FunctionRequest[RunInputs]) (infer.FunctionResponse[RunOutputs], error) {
	captured, err := run(ctx, req.Input.Command, req.Input.Settings, Captured{})
	return infer.FunctionResponse[RunOutputs]{Output: RunOutputs{req.Input, captured}}, err
}
