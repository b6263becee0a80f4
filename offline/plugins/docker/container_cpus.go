package docker

import (
	"fmt"
	"math/big"
	"strings"
)

const nanosPerCPU = 1_000_000_000

// nanoCPUs reads the number of CPUs as the docker command line does. Empty means without limit.
func nanoCPUs(cpus string) (int64, error) {
	if cpus == "" {
		return 0, nil
	}
	number, ok := new(big.Rat).SetString(cpus)
	if !ok {
		return 0, fmt.Errorf(`cpus must be a number of CPUs, such as "1.5", but is %q`, cpus)
	}
	nanos := number.Mul(number, big.NewRat(nanosPerCPU, 1))
	if !nanos.IsInt() {
		return 0, fmt.Errorf("cpus must have at most 9 decimal places, but is %q", cpus)
	}
	return nanos.Num().Int64(), nil
}

// cpusText writes what the engine reports as the official plugin does, whose text is compared with the program's: "1.0" and
// "0.5" settle, while "1", "0.50", "10" and "0.05" (which it rounds to "0.1") replace the container in every run.
func cpusText(nanos int64) string {
	number := big.NewRat(nanos, nanosPerCPU)
	text := number.FloatString(9)
	if strings.Count(text, "0") == 9 {
		return number.FloatString(1)
	}
	return strings.TrimRight(text, "0")
}
