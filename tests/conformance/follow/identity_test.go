package follow

import (
	"strings"
	"testing"

	rbacv3 "github.com/envoyproxy/go-control-plane/envoy/config/rbac/v3"
	matcherv3 "github.com/envoyproxy/go-control-plane/envoy/type/matcher/v3"
)

func beginning(s string) *matcherv3.StringMatcher {
	return &matcherv3.StringMatcher{MatchPattern: &matcherv3.StringMatcher_Prefix{Prefix: s}}
}

func authenticated(m *matcherv3.StringMatcher) *rbacv3.Principal {
	return &rbacv3.Principal{Identifier: &rbacv3.Principal_Authenticated_{Authenticated: &rbacv3.Principal_Authenticated{PrincipalName: m}}}
}

func not(p *rbacv3.Principal) *rbacv3.Principal {
	return &rbacv3.Principal{Identifier: &rbacv3.Principal_NotId{NotId: p}}
}

func rules(action rbacv3.RBAC_Action, sni string, who *rbacv3.Principal) *rbacv3.RBAC {
	return &rbacv3.RBAC{Action: action, Policies: map[string]*rbacv3.Policy{"one": {
		Permissions: []*rbacv3.Permission{{Rule: &rbacv3.Permission_RequestedServerName{
			RequestedServerName: &matcherv3.StringMatcher{MatchPattern: &matcherv3.StringMatcher_Exact{Exact: sni}}}}},
		Principals: []*rbacv3.Principal{who},
	}}}
}

func TestADenyingPolicyRefusesWhomItMeansAndNobodyElse(t *testing.T) {
	deny := rules(rbacv3.RBAC_DENY, "x", not(authenticated(beginning("spiffe://a/"))))
	for _, c := range []struct {
		p       peer
		refused bool
	}{
		{peer{spiffe: "spiffe://a/ns/n/sa/s", sni: "x"}, false},
		{peer{spiffe: "spiffe://b/ns/n/sa/s", sni: "x"}, true},
		{peer{spiffe: "spiffe://b/ns/n/sa/s", sni: "y"}, false}, // not the calls that are looked at
		{peer{sni: "x"}, true},                                  // nobody has no identity that begins so
		{peer{}, false},
	} {
		if got := judged(deny, c.p) != ""; got != c.refused {
			t.Errorf("%+v: refused is %v", c.p, got)
		}
	}
}

func TestAnAllowingPolicyRefusesEverybodyElse(t *testing.T) {
	allow := rules(rbacv3.RBAC_ALLOW, "x", authenticated(beginning("spiffe://a/")))
	if why := judged(allow, peer{spiffe: "spiffe://a/ns/n/sa/s", sni: "x"}); why != "" {
		t.Error(why)
	}
	if judged(allow, peer{spiffe: "spiffe://a/ns/n/sa/s", sni: "y"}) == "" {
		t.Error("another SNI is allowed")
	}
}

func TestWhatCannotBeReadIsSaid(t *testing.T) {
	strange := rules(rbacv3.RBAC_DENY, "x", &rbacv3.Principal{Identifier: &rbacv3.Principal_Metadata{}})
	if why := judged(strange, peer{sni: "x"}); !strings.Contains(why, "cannot judge") {
		t.Errorf("is judged: %q", why)
	}
}
