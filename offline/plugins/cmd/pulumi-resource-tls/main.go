// The stand-in for the official tls plugin.
package main

import (
	"context"
	"fmt"
	"os"

	"matrix-synapse/offline/plugins/tls"
)

func main() {
	if err := tls.Provider().Main(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
