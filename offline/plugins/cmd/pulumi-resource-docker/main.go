// The plugin of @pulumi/docker for machines that cannot download the official one.
package main

import (
	"context"
	"fmt"
	"os"

	"matrix-synapse/offline/plugins/docker"
	"matrix-synapse/offline/plugins/wire"
)

func main() {
	if err := wire.Run(context.Background(), docker.Package, docker.Version, docker.Provider()); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
