package docker

import (
	"errors"
	"sort"
	"strings"
	"unicode"

	"github.com/pulumi/pulumi/sdk/v3/go/property"
)

// withoutSecrets keeps secret inputs out of an error: the engine quotes what it refuses, and a container's last log lines
// may hold what was uploaded into it.
func withoutSecrets(err error, inputs property.Map) error {
	if err == nil {
		return nil
	}
	text := err.Error()
	for _, secret := range secretTexts(property.New(inputs), false) {
		text = strings.ReplaceAll(text, secret, "[secret]")
	}
	if text == err.Error() {
		return err
	}
	clean := errors.New(text)
	if errors.As(err, new(errUnfinished)) {
		return errUnfinished{clean}
	}
	return clean
}

// secretTexts are the secret strings and their telling parts, longest first so that none is left half shown.
func secretTexts(v property.Value, inside bool) []string {
	inside = inside || v.Secret()
	var texts []string
	switch {
	case v.IsArray() && inside:
		texts = listedTexts(v)
	case v.IsMap():
		for _, item := range v.AsMap().All {
			texts = append(texts, secretTexts(item, inside)...)
		}
	case v.IsArray():
		for _, item := range v.AsArray().All {
			texts = append(texts, secretTexts(item, inside)...)
		}
	case v.IsString() && inside:
		for _, part := range append(strings.FieldsFunc(v.AsString(), separates), v.AsString()) {
			if len(part) >= 6 { // shorter ones would blacken ordinary words
				texts = append(texts, part)
			}
		}
	}
	sort.Slice(texts, func(i, j int) bool { return len(texts[i]) > len(texts[j]) })
	return texts
}

// listedTexts are those of a list that is secret as a whole for one secret in it. Which one is not known any more, so
// ordinary words and the paths of files stay.
func listedTexts(v property.Value) []string {
	var texts []string
	switch {
	case v.IsMap():
		for key, item := range v.AsMap().All {
			if key != "file" && key != "source" {
				texts = append(texts, listedTexts(item)...)
			}
		}
	case v.IsArray():
		for _, item := range v.AsArray().All {
			texts = append(texts, listedTexts(item)...)
		}
	case v.IsString():
		if len(v.AsString()) >= 6 {
			texts = append(texts, v.AsString())
		}
		for _, part := range strings.FieldsFunc(v.AsString(), separates) {
			if looksGenerated(part) {
				texts = append(texts, part)
			}
		}
	}
	return texts
}

func looksGenerated(word string) bool {
	return len(word) >= 12 && strings.ContainsFunc(word, unicode.IsDigit) && strings.ContainsFunc(word, unicode.IsLetter)
}

func separates(r rune) bool { return strings.ContainsRune(" \t\r\n\"':=,;", r) }
