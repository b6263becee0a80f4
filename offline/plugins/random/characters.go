package random

import (
	"crypto/rand"
	"errors"
	"math/big"

	"matrix-synapse/offline/plugins/bridge"
)

// class is one kind of character and how many of it there must be.
type class struct {
	characters []rune
	minimum    int
	allowed    bool
}

// characters describe a whole password.
type characters struct {
	length  int
	classes []class
}

func charactersOf(values bridge.Values) characters {
	special := values.Text("overrideSpecial")
	if special == "" {
		special = "!@#$%&*()-_=+[]{}<>:?"
	}
	of := func(set, minimum, allowed string) class {
		return class{[]rune(set), values.Whole(minimum), values.Truth(allowed)}
	}
	return characters{values.Whole("length"), []class{
		of("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "minUpper", "upper"),
		of("abcdefghijklmnopqrstuvwxyz", "minLower", "lower"),
		of("0123456789", "minNumeric", "numeric"),
		of(special, "minSpecial", "special"),
	}}
}

func generate(wanted characters) (string, error) {
	var all, result []rune
	for _, c := range wanted.classes {
		if c.allowed {
			all = append(all, c.characters...)
		}
	}
	if len(all) == 0 {
		return "", errors.New("the character set specified is empty")
	}
	for _, c := range wanted.classes {
		// A minimum holds for a class that is switched off, too; so does the official plugin's.
		for range c.minimum {
			picked, err := pick(len(c.characters))
			if err != nil {
				return "", err
			}
			result = append(result, c.characters[picked])
		}
	}
	for len(result) < wanted.length {
		picked, err := pick(len(all))
		if err != nil {
			return "", err
		}
		result = append(result, all[picked])
	}
	return shuffle(result)
}

func shuffle(letters []rune) (string, error) {
	for i := len(letters) - 1; i > 0; i-- {
		j, err := pick(i + 1)
		if err != nil {
			return "", err
		}
		letters[i], letters[j] = letters[j], letters[i]
	}
	return string(letters), nil
}

func pick(below int) (int, error) {
	n, err := rand.Int(rand.Reader, big.NewInt(int64(below)))
	if err != nil {
		return 0, err
	}
	return int(n.Int64()), nil
}
