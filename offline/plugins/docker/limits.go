package docker

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/property"
)

// What the official schema asks of values. Each says what would be right; the caller adds what it got, unless secret.

func atLeast(least float64) func(property.Value) string {
	return func(v property.Value) string {
		if v.AsNumber() < least {
			return fmt.Sprintf("must be at least %v", least)
		}
		return ""
	}
}

func oneOf(allowed ...string) func(property.Value) string {
	return func(v property.Value) string {
		if !slices.Contains(allowed, v.AsString()) {
			return "must be one of " + strings.Join(allowed, ", ")
		}
		return ""
	}
}

func duration(v property.Value) string {
	if d, err := time.ParseDuration(v.AsString()); err != nil || d < 0 {
		return `must be a duration that is not negative, such as "30s"`
	}
	return ""
}

var permissionsPattern = regexp.MustCompile(`^0[0-7]{3}$`)

func permissions(v property.Value) string {
	if !permissionsPattern.MatchString(v.AsString()) {
		return `must be four octal digits that begin with 0, such as "0640"`
	}
	return ""
}

func absolute(v property.Value) string {
	if !strings.HasPrefix(v.AsString(), "/") {
		return "must be an absolute path"
	}
	return ""
}

func noEmptyItem(v property.Value) string {
	for i, item := range v.AsArray().All {
		if item.IsString() && item.AsString() == "" {
			return fmt.Sprintf("must not have an empty value, but item %d is", i)
		}
	}
	return ""
}
