// The stand-in for the official postgresql plugin.
package main

import (
	"context"
	"fmt"
	"os"

	"matrix-synapse/offline/plugins/postgresql"
)

func main() {
	if err := postgresql.Provider().Main(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
