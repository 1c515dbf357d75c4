// Bounds of chance. In: how many calls were made and with which probability each goes somewhere. Out: the counts between which the
// result lies unless something is wrong; a right mesh fails by accident once in a thousand million runs, and no call is tried again.
package main

import "math"

// accident is the probability with which a right mesh may be failed, for one bound.
const accident = 1e-9

// Bounds gives the least and the most successes of n independent trials with probability p: the two tails outside hold no more
// than the accident each.
func Bounds(n int, p float64) (least, most int) {
	least, most = 0, n
	for tail := 0.0; least < n; least++ {
		if tail += binomial(n, least, p); tail > accident {
			break
		}
	}
	for tail := 0.0; most > 0; most-- {
		if tail += binomial(n, most, p); tail > accident {
			break
		}
	}
	return least, most
}

// binomial is the probability of exactly k successes.
func binomial(n, k int, p float64) float64 {
	if p <= 0 || p >= 1 {
		if (p <= 0 && k == 0) || (p >= 1 && k == n) {
			return 1
		}
		return 0
	}
	gamma := func(x int) float64 { value, _ := math.Lgamma(float64(x) + 1); return value }
	return math.Exp(gamma(n) - gamma(k) - gamma(n-k) + float64(k)*math.Log(p) + float64(n-k)*math.Log1p(-p))
}

// EnoughToSee is how many calls it takes until each of n equally likely places is seen, but for an accident.
func EnoughToSee(n int) int {
	if n <= 1 {
		return 1
	}
	return int(math.Ceil(math.Log(accident/float64(n)) / math.Log1p(-1/float64(n))))
}
