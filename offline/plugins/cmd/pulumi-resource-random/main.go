// The stand-in for the official random plugin.
package main

import (
	"context"
	"fmt"
	"os"

	"matrix-synapse/offline/plugins/random"
)

func main() {
	if err := random.Provider().Main(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
