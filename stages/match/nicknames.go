package match

import (
	_ "embed"
	"strings"
)

//go:embed data/nicknames.csv
var nicknamesFile string

// nicknames are the pairs of given names of which one stands for the other, both ways round.
var nicknames = func() map[[2]string]bool {
	m := make(map[[2]string]bool)
	for i, line := range strings.Split(strings.TrimSpace(nicknamesFile), "\n") {
		c := strings.Split(strings.TrimSpace(line), ",")
		if i > 0 && len(c) == 3 {
			m[[2]string{c[0], c[2]}], m[[2]string{c[2], c[0]}] = true, true
		}
	}
	return m
}()

// hasNickname are all names of these pairs.
var hasNickname = func() map[string]bool {
	m := make(map[string]bool)
	for pair := range nicknames {
		m[pair[0]] = true
	}
	return m
}()
