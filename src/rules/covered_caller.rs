//! CW0420: covered-caller.

use crate::document::{Caller, Document, Key, ServiceTable};
use crate::report::{Diagnostic, Report, Rule, Severity};
use crate::span::Spanned;

/// The rule.
pub static RULE: Rule = Rule {
    code: "CW0420",
    name: "covered-caller",
    severity: Severity::Warning,
    summary: "a caller that a wider one covers",
    explain: "`callers` names workloads that another of its entries names already: `west` is every workload of that \
              cluster, and `west/frontend` every one of that namespace. The narrower entry has no effect, and whoever \
              reads it may think that nobody else of that cluster can call.",
    bad: include_str!("../../tests/rules/CW0420-covered-caller/bad.toml"),
    good: include_str!("../../tests/rules/CW0420-covered-caller/good.toml"),
};

/// Checks the callers of every service and of the defaults.
pub fn check(document: &Document, report: &mut Report) {
    let services = document.services.iter().map(|(_, table)| table);
    for table in services.chain([&document.defaults]) {
        check_table(table, report);
    }
}

fn check_table(table: &ServiceTable, report: &mut Report) {
    let callers = Key::given(&table.callers).map_or(&[][..], Vec::as_slice);
    for caller in callers {
        let Some(wider) = callers.iter().find(|wider| covers(wider, caller)) else { continue };
        let message = format!("`{}` is covered by `{}`", caller.value, wider.value);
        let found = Diagnostic::new(&RULE, caller.span, message)
            .label("has no effect")
            .other(wider.span, "names its workloads too")
            .help("delete one of the two: the wider one if only the narrower is to call");
        report.push(found);
    }
}

/// Whether one is wider than the other: the same parts, of which the other says more.
fn covers(wider: &Spanned<Caller>, caller: &Spanned<Caller>) -> bool {
    let is_wider = match (&wider.namespace, &wider.service_account) {
        (None, _) => caller.namespace.is_some(),
        (namespace, None) => *namespace == caller.namespace && caller.service_account.is_some(),
        (Some(_), Some(_)) => false,
    };
    wider.cluster == caller.cluster && is_wider
}
