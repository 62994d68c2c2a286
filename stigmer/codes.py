# SPDX-License-Identifier: Apache-2.0
"""Every code: what it means, what mends it, how it ends a command. The reference page, `explain` and SARIF say what stands here."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

_LINK = re.compile(r"\[([^]]+)\]\([^)]+\)")


@dataclass(frozen=True, slots=True)
class Code:
    """One code. `exit` says, in Markdown, which exit status it gives or that it is less than an error.

    `more` goes after what it means on the page. A `check` is a warning about manifests that are valid, an error with `--strict`, and
    can be silenced.
    """

    name: str
    exit: str
    means: str
    mend: str = ""
    check: bool = False
    more: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Codes that belong together; `note` goes before them on the page."""

    title: str
    codes: tuple[Code, ...]
    note: str = ""


@cache
def codes() -> dict[str, Code]:
    """Every code by its name."""
    return {code.name: code for group in GROUPS for code in group.codes}


def without_links(markdown: str) -> str:
    """The Markdown of a code with the text of its links alone: the pages that they lead to are not part of the program."""
    return _LINK.sub(r"\1", markdown)


CHECKED = "a warning; 3 with `--strict`"

# One line a code, as on the page.
# fmt: off
GROUPS: tuple[Group, ...] = (
    Group(
        "Reading YAML",
        (
            Code("yaml.syntax", "3", "it is not YAML", "look at the place and the line above; indent with spaces", more="Where a document cannot be read, the others of the file are still checked as far as their beginnings can be told."),
            Code("yaml.character", "3", "a control character", "remove it, or take the text over anew", more="YAML allows tabs, line ends and what can be printed. Such a character often comes along when text is copied from a terminal."),
            Code("yaml.encoding", "3", "not UTF-8", "save the file as UTF-8", more="A byte order mark and Windows line ends are fine."),
            Code("yaml.size", "3", "a file is larger than 4 MiB", "split it; move texts into files of their own", more="Nobody reviews a manifest of that size, and a reader without a bound is a way to bring a pipeline down."),
            Code("yaml.depth", "3", "nested deeper than 100 levels", "make it flatter", more="No manifest needs more than a few; a text that nests without end would otherwise end the program."),
            Code("yaml.aliases", "3", "aliases unfold to too much", "write the values out", more="An alias is allowed, and counts as often as it is used. A few lines of aliases of aliases can stand for billions of values."),
            Code("yaml.duplicate", "3", "a key is said twice in one map", "remove one of the two", more="Other readers take the last one in silence, and what was written first is lost."),
            Code("yaml.key", "3", "a key is not a string, such as `1:` or `true:`", "put it in quotes", more="YAML takes `1`, `true` and nothing at all for other things than text."),
            Code("yaml.unicode", "3", "a key, a name or a path is not in Unicode's composed form (NFC), so it looks like another and is not it", "the hint has the composed form"),
            Code("yaml.merge", "3", "`<<:` is not part of YAML 1.2", "write the fields out", more="An anchor and an alias for a whole value (`&name`, `*name`) are."),
            Code("yaml.tag", "3", "a tag such as `!include`", "remove it", more="A text that begins with an exclamation mark needs quotes. The tag is not repeated in the message, because it may be a secret."),
            Code("yaml.number", "3", "NaN, infinite, or an integer beyond 2^53", "put it in quotes if it is text", more="JSON, in which manifests travel, has no such numbers, or loses their digits."),
        ),
    ),
    Group(
        "What a document is",
        (
            Code("manifest.stranger", "3, or a warning", "no manifest of stigmer's. In a directory that was walked it is passed over with a warning; in a file that was named, and with `--strict`, it is an error", "name other paths, or list it in `.stigmerignore`", more="This lets manifests share a directory with those of other programs."),
            Code("manifest.api_version", "3", "the `apiVersion` does not belong to the kind", "write the one that the hint names"),
            Code("manifest.kind", "3", "no such kind", "the hint has the nearest", more="`stigmer explain` lists [the kinds](resources.md#kinds); a manifest writes them with capitals, such as `McpServer`."),
            Code("manifest.system_kind", "3", "a kind that only the system makes", "remove the document"),
            Code("manifest.none", "a warning", "what was named holds no manifests", "name another directory, or give the files .yaml names"),
            Code("layout.unsafe", "4", "`stigmer fmt` would lose a comment or change what a manifest says, so it left the file as it is", "report it, with the file if you may"),
            Code("manifest.duplicate", "3", "two documents declare one resource; both places are named", "remove or rename one", more="A resource is known by its kind, its organization and its name, whatever file it stands in."),
            Code("manifest.unreadable", "3", "a file or directory cannot be read, or is a link that leads out of the source root", "check its permissions; put the file itself there", more="Manifests often come from a pull request, and a link must not make them read what does not belong to the project."),
            Code("manifest.file", "3", "the file of a text cannot be read, is not UTF-8 or lies outside the source root", "put it beside the manifest or below", more="The path is relative to the manifest. The source root is the directory of `stigmer.yaml`, else the one that was given to `-f`, else that of the file."),
            Code("metadata.org", "3", "an organization on a kind that belongs to none", "remove it", more="Organizations, identity accounts, API keys and IAM policies are global, shared by all organizations."),
            Code("metadata.reserved", "3", "a label or annotation under `stigmer.ai/`", "use a prefix of your own"),
            Code("ignore.field", "3", "`lifecycle.ignore_changes` names no field of the kind, or what tells one resource from another", "the hint has the nearest", more="An item of a list is named in brackets: `spec.mcp_servers[github].enabled_tools`."),
        ),
    ),
    Group(
        "What a manifest says",
        (
            Code("schema.unknown", "3", "no such field here", "the hint has the nearest", more="Every field but `apiVersion` is written in snake_case. `stigmer explain KIND` lists [the fields](resources.md)."),
            Code("schema.system", "3", "a field that the system makes, such as `status` or `metadata.id`", "remove it", more="What `get -o yaml` shows has such fields; a manifest says only what a user decides."),
            Code("schema.required", "3", "a field is missing", "add it", more="The place is that of the map in which it is missing."),
            Code("schema.one_of", "3", "none or too many of some fields of which one (or at most one) may be there", "write one, or keep one; the message lists them"),
            Code("schema.type", "3", "another type than expected: `yes` is a string, `5` is none", "the hint says how to write it", more="Text that looks like a number or like `true` needs quotes, and only `true` and `false` are booleans."),
            Code("schema.enum", "3", "not one of the allowed values", "write one of those that the message lists", more="Case counts."),
            Code("schema.const", "3", "another value than the only one allowed", "write that"),
            Code("schema.pattern", "3", "the text does not have the form that is needed", "the message says the form, and the hint what was probably meant", more="Names of resources are DNS labels: lower-case letters, digits and hyphens, up to 63 characters."),
            Code("schema.format", "3", "a duration or a time that cannot be", "durations as `PT5S`, times as `2030-01-31T00:00:00Z`", more="A duration can also be a map of `days`, `hours`, `minutes`, `seconds` and `milliseconds`."),
            Code("schema.length", "3", "too short or too long, in characters, items or entries", "keep to the limit in the message"),
            Code("schema.range", "3", "a number too small or too large", "keep to the limit in the message"),
            Code("schema.unique", "3", "the same thing twice in a list that allows it once", "remove one", more="Lists of things that have names know them by these, so two of one name cannot be told apart."),
            Code("schema.name", "3", "a key that is not a name that is allowed in this map", "the message says the form", more="Names of values, for one, are written as `ORDERS_TOKEN`: they become variables of an environment."),
        ),
        note="`schema.` and the name of a rule; the place is that of the value, or of the key where the key is what is wrong.",
    ),
    Group(
        "Overlays",
        (
            Code("overlay.unmatched", "3", "an overlay names a resource that the manifests do not have", "the hint has the nearest name"),
            Code("overlay.ambiguous", "3", "an overlay names a resource that several organizations have", "write `metadata.org`"),
            Code("overlay.name", "3", "an overlay does not say which resource it changes", "write its `metadata.name`"),
            Code("overlay.absent", "3", "`$delete` of what is not there", "the hint has the nearest name"),
            Code("overlay.delete", "3", "`$delete` where nothing can be taken away, or with something beside it", "the hint has the form"),
        ),
        note="Partial manifests of a target. What is wrong with a merged value is told as in a manifest, at the line that says the value.",
    ),
    Group(
        "References",
        (
            Code("reference.unresolved", "a warning; 3 with `--strict`", "`validate` found no such resource among the manifests; the backend may have it", "declare it, or mend the name", more="`validate` asks no backend, so it can only warn. `diff` and `apply` know, and refuse what is in neither place. Only of an execution they warn as well: it runs once, and its record goes when its time is over."),
            Code("reference.missing", "3; 4 if it went while applying", "neither the manifests nor the backend have it", "declare it; the hint has the nearest name"),
            Code("reference.scope", "3", "`org/name` of a global kind", "name it without an organization", more="An organization, an account, a key and a policy belong to no organization."),
            Code("reference.kind", "3", "`depends_on` names no kind", "write `kind/name`"),
            Code("graph.cycle", "3", "resources refer to each other in a circle; each edge has its place", "remove one of the references", more="What is referred to is applied first, and in a circle nothing can be the first."),
            Code("graph.projects", "3", "with `--all`, projects refer to each other in a circle; each reference has its place", "move what both need into a project of its own, or make them one project", more="A project is applied after those that it refers to, each in a batch of its own, and in a circle nothing can be the first."),
        ),
    ),
    Group(
        "Checks across resources",
        (
            Code("workflow.then", CHECKED, "`then` names no task of its list", "the hint has the nearest", check=True),
            Code("workflow.unreachable", CHECKED, "no way leads to a task", "remove it, or lead a `then` to it", check=True),
            Code("workflow.reserved", CHECKED, "a task has a name that `then` understands otherwise: `continue`, `exit`, `end`", "give it another", check=True),
            Code("workflow.switch", CHECKED, "a `switch` with more than one case without `when`, of which only the first is ever taken", "give each but one a `when`", check=True),
            Code("workflow.outcome", CHECKED, "`on_timeout` names no outcome of its `human_input`", "the hint has the nearest", check=True),
            Code("workflow.expression", CHECKED, "an expression is not jq", "the message says where in the expression", check=True, more="Of a workflow with more than about 2,000 different expressions the rest is not looked at, and that is told."),
            Code("workflow.variable", CHECKED, "an expression uses a name that cannot be there", "the hint has those that can", check=True),
            Code("environment.missing", CHECKED, "an instance's environments do not supply what its agent, its servers or its workflow need", "add the value to one of them", check=True, more="A name must be supplied unless its `env_spec` says `optional: true` or a `default`. An agent asks by its own `env_spec` and those of the servers that it refers to; servers described in place and sub-agents have the agent's. A workflow asks by its own alone: agents and workflows that it calls run with their own instances. Of several environments the later one counts. Nothing is said as long as an environment or the template is neither declared nor live. An execution is told what it lacks by `diff`, and only where its instance is not among the manifests. A name that is marked as a secret must not be supplied in clear, where anyone can read it."),
            Code("environment.unused", CHECKED, "a value of an environment that nobody who has it asks for", "remove it, or declare it in an `env_spec`", check=True, more="Only environments that some instance binds are looked at, and only where all that the instances run is known. Any mention of the name counts as a use: in the agent, its servers, the workflow, and whatever the workflow calls. `validate` knows the instances that are declared, `diff` the live ones too."),
            Code("agent.tool", CHECKED, "a tool is enabled that the server's definition does not list", "the hint has the nearest", check=True, more="The list is `default_enabled_tools` of the server's definition; of a server without one, and of one described in place, no tools are known."),
            Code("agent.sub_agent", CHECKED, "a sub-agent asks for more than its agent has", "give it to the agent first, or take it from the sub-agent", check=True, more="That is a server which is none of the agent's own. Skills may be a sub-agent's alone."),
            Code("placeholder.undeclared", CHECKED, "a placeholder names what no `env_spec` declares", "declare it, or mend the name", check=True, more="`${NAME}` in the headers, the query and the arguments of a server is a name of its `env_spec`; of a server that is described in place, of the agent's."),
            Code("placeholder.expression", CHECKED, "an expression uses a name of the environment as if it were a field: expressions never see these values", "write `${.secrets.NAME}` or `${.env_vars.NAME}`, without spaces and outside expressions", check=True),
            Code("secret.ciphertext", CHECKED, "an age ciphertext where a value is meant", "write it as `value_from: {age: ...}` in place of `value`", check=True),
            Code("secret.in_clear", CHECKED, "a secret is written in clear", "take it from outside with `value_from`; and change it, since git remembers", check=True, more="That is a value marked with `is_secret`; a text of configuration under a name that ends as names of secrets do (`API_KEY`, `DB_PASSWORD`, `Authorization`); a password in an address; and, in any text, what has the shape of a private key, of a JSON web token or of a well-known provider's key. Placeholders, numbers, paths and samples such as `changeme` are none, unless they are marked. What was found is never shown."),
            Code("api_key.expired", CHECKED, "the time when an API key expires has passed", "issue another one", check=True),
            Code("skill.version", CHECKED, "a reference asks for a version of a skill that nobody tagged", "the hint has the tags there are", check=True, more="Any version that carried the tag counts. Without a backend only the declared tag is known, so `validate` speaks up only where another one looks like a slip of the pen for it (`stabel`), and not where digits alone differ. Digests are not looked at."),
            Code("silence.unknown", CHECKED, "a silence names no check", "the hint has the nearest", check=True),
            Code("silence.reason", CHECKED, "a silence gives no reason", "say why", check=True),
        ),
        note="Warnings, errors with `--strict`. [Each can be silenced](../how-to/silence-a-check.md), in `stigmer.yaml` or on the resource.",
    ),
    Group(
        "Policies",
        (
            Code("policy.violated", "3, or a warning", "a rule of `stigmer.yaml` does not hold for a resource", "the policy's message says what is expected"),
            Code("policy.rule", "2", "a rule is not CEL, or uses a name that there is not", "the message says where in the rule"),
            Code("policy.failed", "3", "a rule ended in an error for a resource, so nobody knows whether it holds", "guard what may not be there with `has(...)`"),
            Code("policy.refused", "4, or a warning", "a rule with `on: change` does not allow a change that `diff` or `apply` planned, or that a saved plan holds", "the policy's message says what is expected"),
            Code("policy.unanswered", "4", "a rule with `on: change` ended in an error for a change, so nobody knows whether it allows it", "ask first for what may not be there, with `before != null` or `has(...)`"),
        ),
        note="Rules that a project writes itself, [in `stigmer.yaml`](../how-to/write-a-policy.md).",
    ),
    Group(
        "Plans",
        (
            Code("plan.conflict", "4; a warning with `--force-conflicts`", "a field changed in the manifest and, since the last apply, in the backend", "overwrite the live value with `--force-conflicts`, write it into the manifest, or ignore the field", more="[How to choose](../how-to/handle-drift.md#when-both-changed). A list without names is one field, and so is the choice of one among fields that exclude each other."),
            Code("plan.drift", "4", "with `--drift refuse`: a field changed in the backend since the last apply", "`--drift heal` makes it as declared; or write the live value into the manifest"),
            Code("plan.stale", "4", "a resource changed between planning and applying", "run the command again"),
            Code("plan.edited", "4", "a saved plan is not as it was saved", "change the manifests, and save the plan again", more="The digest at its end is made of every byte before it. It finds slips of hands and of tools, not forgers: who may write the file can make another plan."),
            Code("plan.format", "4", "a saved plan of a newer stigmer", "apply it with that, or save it again with this one"),
            Code("plan.backend", "4", "a saved plan was made for another store", "the hint names the backend it was made for"),
            Code("plan.set", "4", "a saved plan was made for another set than the project's, or than `--set` says", "apply the plan of this set"),
            Code("plan.secret", "4", "a secret of a saved plan cannot be read again, or has another value by now", "put its source back, or save the plan again", more="`diff --save` says so where nobody could read it again, as of a secret that came through standard input, and where there is no store yet whose key could compare it."),
            Code("plan.unreadable", "2", "the file of `--plan` is no saved plan", "save one with `diff --save`"),
            Code("set.owned", "4", "another set owns the resource", "name that set with `--set`, or take it over with `--adopt`"),
            Code("set.source", "4", "the set was applied from another repository or directory", "apply it from there, give this one another name, or take it over with `--adopt`"),
            Code("set.widened", "an info", "`-f` names a place outside that from which the set was applied so far; the set is known from the directory that holds both", "if they do not belong together, give one of them a set of its own"),
            Code("prune.no_set", "4", "`--prune` with neither a project nor `--set`", "name the set"),
            Code("prune.partial", "4", "`--prune` from what is not known to be the whole of the set", "name all of it; the first apply without `--prune` says where that is, and `--adopt` moves it", more="A project is the whole of its set. What is named with `-f` is, where the set was applied from the same paths before."),
            Code("prune.empty", "4", "`--prune` without any manifests", "name the paths that hold them; `stigmer delete` deletes on purpose"),
            Code("prune.guard", "4", "`--prune` would delete more than three resources and more than 30 % of what the set owns", "if they are to go, `--max-delete-percent` with the number that the hint says"),
            Code("plan.rename", "a warning", "a new resource says what one says that is deleted, or nearly", "if it is the same, the `renamed_from` that the hint says keeps its id and history"),
            Code("access.own", "4", "the change would take from the account that makes it its last policy as owner or admin of something, or delete it", "let another owner make the change"),
            Code("access.last_owner", "4", "something that has an owner would be left without one", "make somebody else its owner first, or in the same change"),
            Code("field.immutable", "4", "a field that may not change once the resource exists", "give the resource another name"),
            Code("rename.referenced", "4", "something whose manifest is not among these refers to the former name", "apply it together with what refers to it"),
            Code("rename.taken", "4", "two manifests claim one resource, one of them by `renamed_from`", "remove one of the two, or `renamed_from`"),
            Code("delete.protected", "4", "it is protected, or is the organization `default`", "apply `deletion: allow` first"),
            Code("delete.referenced", "4", "something that stays refers to it", "delete or change that first"),
            Code("explain.field", "5", "`explain` of a field that there is not", "the hint has the nearest"),
            Code("resource.not_found", "5", "no such resource", "the hint has the nearest name"),
            Code("lifecycle.kept", "a warning", "`deletion: protect` was taken out of a manifest; the resource stays protected", "apply `deletion: allow`"),
            Code("execution.not_run", "an info", "an execution is declared; this version runs none, and records nothing"),
        ),
    ),
    Group(
        "History and rollback",
        (
            Code("version.not_found", "5", "the resource has no such version", "`stigmer history KIND/NAME` lists them"),
            Code("version.deletion", "2", "the version is a deletion, to which nothing can be rolled back", "name the one before; `stigmer delete` deletes"),
            Code("revision.not_found", "5", "a revision that the store has not reached, or at which the set had nothing", "`stigmer history KIND/NAME` tells revisions"),
            Code("set.not_found", "5", "no set of this name ever owned anything", "the hint has the nearest name"),
            Code("rollback.taken", "4", "what is to come back had a name that another resource has now", "rename or delete that one first"),
            Code("rollback.no_manifest", "4", "`--write`, and no manifest here declares what is rolled back", "name its file with `-f`, or leave `--write` out"),
            Code("rollback.name", "an info", "the resource had another name then", "the message says which it has now"),
            Code("rollback.joined", "an info", "a resource was not in the set then: it leaves the set and stays as it is"),
            Code("rollback.left", "a warning", "a resource of the set belongs to another one by now, and is left as it is", "roll it back alone, or take it over with an apply and `--adopt`"),
            Code("rollback.undone", "a warning", "the manifests do not say what was rolled back to, so the next apply undoes it", "change the manifests too"),
        ),
    ),
    Group(
        "Changes",
        (
            Code("change.delete", "a warning", "a resource would be deleted", "put its manifest back, or write `deletion: orphan` first to keep it and let go of it"),
            Code("change.dangerous", "a warning", "somebody would gain what is dangerous, as a tool that deletes, or a secret together with a way out", "see that it is meant; a policy can forbid it"),
            Code("change.drift", "a warning", "a resource was changed since the last apply, and would be put back", "write the live value into the manifest, or name the field in `lifecycle.ignore_changes`, to keep it"),
            Code("change.move", "an info", "a resource would get another name, come into the set, or leave it"),
            Code("change.update", "an info", "a resource would change as its manifest did"),
            Code("change.create", "an info", "a resource would be made"),
        ),
        note="No problems: what `diff -o github` says of each change of a plan, and `diff -o sarif` of those that want care.",
    ),
    Group(
        "Export",
        (
            Code("export.elsewhere", "a warning", "the project declares a resource outside of the directory that is exported to; it is left as it is", "name a directory that both are in"),
            Code("export.exists", "4", "a file is in the way, and is no manifest of what is to be written there", "move it away, or `--force` to write over it"),
            Code("export.in_place", "4", "a manifest cannot be changed so that only what differs changes", "change it by hand, or move the file away and export it anew", more="That is so where an alias stands for what differs, where an overlay is merged over the manifest, and where the text cannot be told apart well enough. Nothing is written then."),
            Code("export.link", "4", "a link leads out of the directory that is exported to", "name the directory that it leads to, or remove it"),
            Code("export.name", "4", "a name that is not one of a file", "export it to standard output"),
            Code("export.unwritten", "7", "a file cannot be written", "check its permissions, and the disk"),
        ),
        note="`export -d`, and `rollback --write`.",
    ),
    Group(
        "Secrets",
        (
            Code("secret.unresolved", "a warning of `diff`; 4 from `apply`", "a source cannot be read here: a variable that is not set, a file that is not there", "set it, or `--keep-unresolved` to keep the stored value"),
            Code("secret.undone", "a warning", "what `secrets set` did is undone by the next apply, because the manifest says something else, or nothing", "write `NAME: {is_secret: true}` in it"),
            Code("secret.on_runner", "4", "a secret that the runner reads was to be set in the store", "set it on the runner, or give it another source"),
            Code("secret.missing", "4", "neither the manifest nor the store has a value", "give it a `value_from`"),
            Code("secret.armor", "3", "what stands under `age` is no armored age ciphertext, is not whole, or is sealed with a passphrase", "copy it again, whole, or [seal the value](../how-to/seal-secrets-for-git.md) anew"),
            Code("secret.damaged", "4", "a sealed value was changed since it was sealed, or holds no text", "seal the value anew"),
            Code("secret.identity_exposed", "a warning", "others can read the file with the age identities that open sealed values", "`chmod 600`"),
            Code("secret.unknown", "5", "no value of that name in the files, or none that is sealed", "the hint has the nearest"),
            Code("seal.recipients", "2", "`secrets seal` is told nobody to seal to, or what is no recipient", "`-r age1...`, or `age: {recipients: [age1...]}` in `stigmer.yaml`"),
            Code("seal.value", "4", "`secrets seal --name` names an entry without a value", "remove the name"),
            Code("seal.in_place", "4", "a value cannot be sealed, or opened, so that nothing else in the file changes", "write the value out where it is used, or seal it by itself with `stigmer secrets seal -`", more="That is so where an alias stands for it, and where a comment stands between its key and its value. Nothing is written then."),
            Code("secret.key_missing", "7", "the master key is not where it was kept, and something is sealed with it", "[put a copy of it back](../how-to/keep-the-master-key.md#it-is-lost), or restore a backup", more="Without a copy nobody can open what is sealed. Everything else is still there, can be read and applied, and a new store with a new key can be made of the manifests and the sources of the secrets."),
            Code("secret.keychain", "7", "the keychain that has the master key, or may have it, is locked, does not answer or is out of reach", "unlock it; or let `STIGMER_MASTER_KEY_FILE` name a file with the key", more="No other key is made meanwhile. A session without a desktop, such as one over SSH, often has no keychain."),
            Code("secret.passphrase_needed", "7", "the master key is under a passphrase, and nobody could be asked for it", "let `STIGMER_MASTER_KEY_PASSPHRASE_FILE` name a file with it, mode 0600"),
            Code("secret.key_exposed", "7", "others can read the file with the master key", "`chmod 600`, and [rotate the key](../how-to/keep-the-master-key.md#somebody-has-seen-it) if somebody may have read it"),
            Code("secret.key_unreadable", "7", "the file with the master key cannot be read", "let the user who runs stigmer read it, and nobody else"),
            Code("secret.key_unwritable", "7", "the place of the master key cannot be written, does not keep what it is given, or was changed by another command meanwhile", "check the permissions of its directory, or do it again; nothing was changed"),
            Code("secret.key_malformed", "7", "what is at the place of the master key is no master key", "[put a copy of the key back](../how-to/keep-the-master-key.md#it-is-lost), or restore a backup"),
            Code("secret.key_wrong", "7", "it is the key of another store", "put the one back that belongs here, or restore a backup", more="Nothing was changed. Sealed values open as soon as their key is there again; everything else can be read and applied without it."),
            Code("secret.key_version", "7", "what is sealed needs a version of the master key, or a data key, that is not kept", "restore the key and the store from backups of one time"),
            Code("secret.format", "7", "a sealed value of a format that this version does not know", "upgrade stigmer; where it is the newest, what is stored was changed"),
            Code("secret.passphrase", "7", "the passphrase does not open the master key, in its file or in a backup", "give the one that it was put under"),
            Code("secret.unopened", "7", "a sealed value does not open: what is stored of it was changed, or belongs to another resource, field or store", "give the secret another value, or restore the store from a backup", more="The message says which resource and field. `stigmer doctor` opens everything that is sealed and names all that does not. An apply that changes anything of the resource also seals those values again that do not open and that their sources still give."),
            Code("secret.exchanged", "7", "a sealed value opens and is not the one that its fingerprint tells of: another value of the same field was put in its place", "give the secret another value, or restore the store from a backup"),
            Code("secret.gone", "7", "a resource says that it has a secret, and the store has no value of it; `stigmer doctor` tells", "give the secret another value, or restore the store from a backup"),
            Code("sops.place", "3", "sops encrypted something that is not the value of a secret: a name, a description, all of a document", "`sops encrypt --encrypted-regex '^value$'`", more="The rest is needed to tell what would change, and is shown to people without the key."),
            Code("sops.type", "3", "sops encrypted a number, a boolean or a date, and a value is text", "put it in quotes with `sops edit`", more="sops keeps what YAML says, not what was written: `0777` comes back as 511."),
            Code("sops.clear", "3", "a value in clear, where the rule of the file says that sops encrypts it", "take it out and put it in with `sops edit`; and change it, since git remembers"),
            Code("sops.damaged", "3", "a `sops` block or an encrypted value that is not as sops writes it", "take the file as sops wrote it"),
            Code("sops.form", "3", "sops encrypted a file in another form than YAML", "write it as a manifest, and encrypt that"),
            Code("sops.mac", "4", "a file was changed since sops encrypted it: a value, or its MAC, does not fit", "make the change with `sops edit`", more="What stands in clear is under the MAC too, and the order of the values. Nothing of such a file is used."),
        ),
    ),
    Group(
        "Values of executions",
        (
            Code("context.missing", "4", "something that the agent, its servers or the workflow ask for is supplied by no environment of the execution, nor by the execution", "say it in `runtime_env`, or bind an environment that has it", more="All that is missing is told at once, each name with who asks for it."),
            Code("context.execution", "5", "the backend has no execution of this id", "check the id"),
            Code("context.denied", "6", "a token opens no execution context: the execution ended, its time ran out, or the token is another's", "claim the execution again", more="Which of these it is is not said to who may not read the context."),
            Code("placeholder.missing", "8", "a step names a value that its execution has not", "the hint has the nearest name; or give it a value in an environment or in `runtime_env`"),
            Code("placeholder.wrong_kind", "8", "a step reads a secret by `.env_vars`, or another value by `.secrets`", "write it as the hint says"),
            Code("placeholder.source", "8", "a secret is the runner's own (`value_from: {runner: ...}`), and the runner has it not", "set the variable, or put the file there, on the machine that runs the step"),
            Code("placeholder.key", "8", "two keys of an object in a step are one when their values are put in", "write different keys"),
        ),
        note="What a runner is told. This version runs no executions yet, so no command says these.",
    ),
    Group(
        "The local database",
        (
            Code("backend.missing", "5", "there is no store there yet", "`stigmer init`, or `stigmer apply`"),
            Code("backend.busy", "7", "another process is writing, and went on for ten seconds", "try again"),
            Code("backend.full", "7", "no room on the disk", "free some; nothing was changed"),
            Code("backend.io", "7", "the disk fails", "check it; nothing was changed"),
            Code("backend.readonly", "7", "it may not be written", "check permissions of the file and its directory"),
            Code("backend.unreachable", "7", "the file cannot be opened", "check the directory"),
            Code("backend.damaged", "7", "not a database, or its pages do not hold together", "[put a copy in its place](../how-to/recover-a-database.md#the-database-is-damaged)", more="Move it away first, with the files beside it that end in `-wal` and `-shm`. Copies that stigmer made before migrations lie beside it, with `backup` in their names. Without any, `stigmer apply` makes a new store from the manifests."),
            Code("backup.exists", "4", "`backup` would overwrite a file", "name another file"),
            Code("backup.missing", "5", "there is no such file to restore from", "check the path"),
            Code("backup.foreign", "7", "a file that `stigmer backup` did not make", "name one that it made"),
            Code("backup.newer", "7", "a backup that a newer stigmer made", "upgrade stigmer"),
            Code("restore.exists", "4", "`restore` would replace a store or a key", "`--force`, which keeps what is there under another name"),
            Code("backend.foreign", "7", "a database, but not one of stigmer's", "choose another `db_path`"),
            Code("backend.newer", "7", "made by a newer stigmer", "upgrade stigmer"),
            Code("backend.older", "7", "made by an older stigmer, and only to be read now", "`stigmer init` brings it up to date, with a backup"),
            Code("backend.sqlite", "7", "the SQLite in APSW is too old", "upgrade the package `apsw`"),
        ),
    ),
    Group(
        "Usage and configuration",
        (
            Code("usage.arguments", "2", "arguments that a command does not take", "`--help`"),
            Code("usage.command", "2", "no such command", "the hint has the nearest"),
            Code("usage.kind", "2", "no such kind", "the hint has the nearest"),
            Code("usage.resource", "2", "not the name of one resource", "write `KIND/NAME`"),
            Code("usage.name", "2", "not the name of a resource, a project or an organization", "the hint has one that is like it"),
            Code("usage.version", "2", "not a version: neither a number, nor `previous`, nor a version's id", "`stigmer history KIND/NAME` lists them"),
            Code("usage.confirmation", "2", "nobody is there to be asked, and `--yes` was not given", "add `--yes`, or look first with `--dry-run`"),
            Code("usage.label", "2", "`-l` without `KEY=VALUE`", "write both"),
            Code("usage.nothing_to_delete", "2", "`delete` without a name or `-f`", "name something"),
            Code("usage.master_key", "2", "`init --master-key keychain` while `STIGMER_MASTER_KEY_FILE` names a file, which would go before it; or `secrets rotate-key` of a store that lies in another home with a key of its own", "unset the variable first; rotate the key in that home"),
            Code("usage.passphrase", "2", "no passphrase could be had, too short a one, or one in a file that others may read", "`--passphrase-file`, or type it when asked; `chmod 600`"),
            Code("usage.secret", "2", "`secrets set` was given a value on the command line; or what it or `secrets seal -` was given is nothing, or no text", "let it ask for the value, or pipe it in"),
            Code("usage.allow", "2", "`STIGMER_ALLOW_ENV`, `STIGMER_ALLOW_FILES` or `STIGMER_ALLOW_KEYRING` lists what it cannot", "mend or unset it"),
            Code("usage.ignore_file", "2", "a `.stigmerignore` that cannot be used", "mend or remove it"),
            Code("usage.path", "2", "a path or pattern that names nothing", "check where you are"),
            Code("usage.nothing_to_read", "2", "no `-f`, and no `stigmer.yaml` here or above", "name files or directories with `-f`"),
            Code("settings.unknown", "2", "a setting that `config.yaml` or `stigmer.yaml` does not know", "the hint has the nearest"),
            Code("settings.required", "2", "a setting is missing", "add it"),
            Code("settings.value", "2", "a setting of another type or form than it may have", "the message says what was expected"),
            Code("settings.documents", "2", "a file of settings with several documents", "keep one"),
            Code("settings.silence", "2", "`silence:` names no check, or gives no reason", "the hint has the nearest; say why that is fine"),
            Code("settings.unreadable", "2", "a file of settings that cannot be read", "check its permissions"),
            Code("project.exists", "4", "`new project` would overwrite a file", "move it away, or name another directory"),
            Code("project.inside", "a warning", "with `--all`, a project lies in the paths of another one, which applies what is there", "name the paths of the outer one so that they leave it out"),
            Code("project.namesake", "2", "with `--all`, two projects have one name, and would be one set", "give one of them another name"),
            Code("project.requires", "2", "the project needs another version of stigmer", "install one that fits"),
            Code("target.unknown", "2", "`stigmer.yaml` has no such target", "the hint has the nearest"),
            Code("target.shared", "a warning; 2 with `--prune`", "several targets fill one place", "give each a backend or an organization of its own; to prune, a set as well", more="Two targets with the same backend and organization undo each other's work: that is a warning. Two with the same backend and different organizations get on, but all that they apply is in one set, and pruning for one would take away what the other has: that is refused. The project without a target counts as one, too."),
            Code("config.token", "a warning", "a token stands in `config.yaml` in clear", "remove it"),
            Code("home.unwritable", "7", "the home cannot be made or written", "set `STIGMER_HOME` to a directory of yours"),
            Code("backend.unnamed", "2", "`CI` is set and nobody named a backend", "`--backend` or `STIGMER_BACKEND`"),
            Code("backend.unknown", "2", "no such backend is configured", "the hint has the nearest"),
            Code("backend.unsupported", "2", "a backend of a type that this version cannot reach", "name a local one"),
            Code("output.unwritten", "7", "the output cannot be written, as on a full disk", "free some, or write it elsewhere", more="What the command was to change may have been changed: run it again."),
            Code("interrupted", "130", "somebody interrupted `apply`; the message says what that left behind", "run it again"),
            Code("bug", "70", "stigmer failed in a way that nobody thought of", "read the report, then send it"),
        ),
    ),
)
