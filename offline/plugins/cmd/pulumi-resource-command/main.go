// The stand-in for the official command plugin.
package main

import (
	"context"
	"fmt"
	"os"

	"matrix-synapse/offline/plugins/command"
)

func main() {
	if err := command.Provider().Run(context.Background(), "command", command.Version); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
