package reports

import (
	"crypto/sha256"
	"encoding/base32"
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"bsnn/gpnorm"
	"bsnn/internal/words"
)

// Named is the subject with the key, title and note that follow from its
// function, where it has none of its own.
//
// The key is a file name and a link on every system: small letters, digits,
// dots and hyphens. A built-in activation has its name as key, anything else a
// readable beginning and 64 bits of a SHA-256 of all that it is, so that
// different functions have different keys. The forms "as is" and "other root"
// are suffixes.
func (s Subject) Named() Subject {
	form, note := "", "normalised"
	switch {
	case s.AsIs:
		form, note = "as is", "as is, not normalised"
	case s.OtherRoot:
		form, note = "other root", "normalised with the root that the rule rejects"
	}
	if s.Key == "" {
		s.Key = functionKey(s.Activation, s.Parameters)
		if form != "" {
			s.Key += "-" + strings.ReplaceAll(form, " ", "-")
		}
	}
	if s.Title == "" {
		s.Title = detailed(gpnorm.Title(s.Activation), s.Parameters, form)
	}
	if s.Note == "" {
		s.Note = note
	}
	return s
}

// detailed is a title with parameters and form in parentheses.
func detailed(title string, parameters map[string]string, form string) string {
	var details []string
	for _, name := range slices.Sorted(maps.Keys(parameters)) {
		details = append(details, name+" = "+parameters[name])
	}
	if form != "" {
		details = append(details, form)
	}
	if len(details) > 0 {
		title += " (" + strings.Join(details, ", ") + ")"
	}
	return title
}

// mostLetters is how long the readable part of a key may be.
const mostLetters = 40

var plainName = regexp.MustCompile(`^[a-z][a-z0-9]*$`)

func builtin(name string) bool {
	_, err := gpnorm.Lookup(name)
	return err == nil
}

// functionKey is the key of a normalised function.
func functionKey(activation string, parameters map[string]string) string {
	name := strings.TrimSpace(activation)
	if ours := gpnorm.Canonical(name); builtin(ours) { // however it is written
		name = strings.ToLower(strings.Join(strings.Fields(ours), ""))
		if plainName.MatchString(name) && len(name) <= mostLetters && len(parameters) == 0 {
			return name
		}
	}
	parts := []string{name}
	for _, p := range slices.Sorted(maps.Keys(parameters)) {
		parts = append(parts, p, parameters[p])
	}
	return legibleKey(parts)
}

// legible keeps letters, digits and dots inside of numbers, with a hyphen for
// all between them.
func legible(s string) string {
	return strings.Trim(separators.ReplaceAllString(strings.ToLower(s), "-"), "-.")
}

var separators = regexp.MustCompile(`[^a-z0-9.]+`)

// shortDigest is 64 bits of the SHA-256 of a list of strings, in 13 letters and
// digits.
func shortDigest(parts []string) string {
	h := sha256.New()
	for _, p := range parts {
		h.Write(binary.LittleEndian.AppendUint64(nil, uint64(len(p))))
		h.Write([]byte(p))
	}
	return strings.ToLower(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(h.Sum(nil)[:8]))
}

// mostKeyLetters leaves room for what file names add to a key.
const mostKeyLetters = 120

var keyPattern = regexp.MustCompile(`^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$`)

// checkKey says what is wrong with a key.
func checkKey(key string) error {
	switch {
	case len(key) > mostKeyLetters:
		return fmt.Errorf("a key of %d letters; want at most %d", len(key), mostKeyLetters)
	case !keyPattern.MatchString(key):
		want := legible(key)
		if want == "" {
			want = "tanh-2"
		}
		return fmt.Errorf("key %q; want small letters, digits, dots and hyphens, as in %s", words.Shorten(key, 60), want)
	}
	return nil
}

// PathKey is a key that is safe as a part of a file's name, whatever the given one
// is: a key as [Subject.Named] makes them stays, of another one remains what is
// legible and a digest. Different keys have different ones.
func PathKey(key string) string {
	if checkKey(key) == nil && !strings.Contains(key, "..") {
		return key
	}
	return legibleKey([]string{key})
}

// legibleKey is the readable beginning of some words and 64 bits of their digest.
func legibleKey(parts []string) string {
	readable := legible(strings.Join(parts, " "))
	if len(readable) > mostLetters {
		readable = strings.Trim(readable[:mostLetters], "-.")
	}
	return strings.TrimPrefix(strings.ReplaceAll(readable, "..", ".")+"-"+shortDigest(parts), "-")
}

// validate says what is wrong with a subject, its function aside.
func (s Subject) validate() error {
	switch {
	case s.Activation == "":
		return errors.New("no function; want a name or a formula")
	case s.AsIs && s.OtherRoot:
		return errTwoForms
	}
	return checkKey(s.Key)
}
