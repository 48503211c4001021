package licences

import (
	"bufio"
	"strings"
)

// product is what robots.txt may call us by (RFC 9309, section 2.2.1).
const product = "licence-check"

// rules are what a robots.txt says to us.
type rules []rule

type rule struct {
	allow bool
	path  string
}

// parseRobots reads the groups that are for us, or else those for everybody (RFC 9309, section 2.2).
func parseRobots(text string) rules {
	var ours, anyones rules
	var forUs, forAll, named, begun bool
	in := bufio.NewScanner(strings.NewReader(text))
	in.Buffer(nil, 64<<10)
	for in.Scan() {
		line, _, _ := strings.Cut(in.Text(), "#")
		key, value, ok := strings.Cut(line, ":")
		if !ok {
			continue
		}
		key, value = strings.ToLower(strings.TrimSpace(key)), strings.TrimSpace(value)
		switch key {
		case "user-agent":
			if begun {
				forUs, forAll, begun = false, false, false
			}
			forUs = forUs || strings.EqualFold(value, product)
			forAll = forAll || value == "*"
			named = named || forUs
		case "allow", "disallow":
			begun = true
			if value == "" {
				continue
			}
			r := rule{key == "allow", value}
			if forUs {
				ours = append(ours, r)
			}
			if forAll {
				anyones = append(anyones, r)
			}
		}
	}
	if named {
		return ours
	}
	return anyones
}

// allows says whether a path with its query may be asked for: the longest rule that fits decides, allow wins a tie.
func (all rules) allows(path string) bool {
	allowed, longest := true, -1
	for _, r := range all {
		if n := len(r.path); n >= longest && fits(r.path, path) && (n > longest || r.allow) {
			allowed, longest = r.allow, n
		}
	}
	return allowed
}

// fits matches a rule's path, in which * is anything and $ the end.
func fits(pattern, path string) bool {
	pattern, end := strings.CutSuffix(pattern, "$")
	parts := strings.Split(pattern, "*")
	if !strings.HasPrefix(path, parts[0]) {
		return false
	}
	path = path[len(parts[0]):]
	for i, part := range parts[1:] {
		if end && i == len(parts)-2 {
			return strings.HasSuffix(path, part)
		}
		at := strings.Index(path, part)
		if at < 0 {
			return false
		}
		path = path[at+len(part):]
	}
	return !end || path == ""
}
