//go:build tools

// The ACME server that the tests get certificates from. Named here so that go.mod keeps it.
package tools

import _ "github.com/letsencrypt/pebble/v2/cmd/pebble"
