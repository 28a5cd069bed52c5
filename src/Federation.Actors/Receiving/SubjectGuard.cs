using Federation.Actors.Protocol;

namespace Federation.Actors.Receiving;

/// <summary>Decides which subjects a port may publish to where peers influence its subject.</summary>
/// <remarks><para>Never: subjects of the server (<c>$...</c>) and inboxes, unless the port spells out the first token; and the control
/// subjects of the node's components, with everything below them.</para>
/// <para>With <c>allowed_subjects</c>: any other subject. Without them: not a subject of the node's own inputs, which would be sent to
/// other peers, unless that input takes all subjects of the port, so that the peer has no choice. Where a subject names the peer that gets
/// it, the peer has one.</para>
/// <para>Immutable and thread-safe; allocates only for a refusal.</para></remarks>
internal sealed class SubjectGuard
{
    private readonly SubjectTemplate _template;
    private readonly string _inbox;
    private readonly string[] _controls;
    private readonly SubjectPattern[] _allowed;
    private readonly SubjectPattern[] _inputs;

    private SubjectGuard(SubjectTemplate template, IEnumerable<ComponentSettings> node, ComponentSettings component, string inboxPrefix)
    {
        _template = template;
        _inbox = inboxPrefix;
        _controls = [.. node.Select(static one => one.Ports.Control?.Subject).OfType<string>().Distinct(StringComparer.Ordinal)];
        _allowed = [.. component.Ports.Data!.AllowedSubjects.Select(Parse)];
        var made = Parse(template.Wildcard);
        _inputs =
        [
            .. node.SelectMany(static one => one.Ports.Inputs).Where(static input => input.Type != PortType.Local)
                .Select(static input => (Subject: Parse(input.OfAll().Subject), input.IsPerPeer))
                .Where(input => input.IsPerPeer || !input.Subject.Covers(made)).Select(static input => input.Subject),
        ];
    }

    /// <summary>Null when the port's subject is the same for all messages.</summary>
    public static SubjectGuard? Of(
        SubjectTemplate template, IEnumerable<ComponentSettings> node, ComponentSettings component, string inboxPrefix) =>
        template.IsFilled ? new SubjectGuard(template, node, component, inboxPrefix) : null;

    /// <summary>One sentence; null when the subject is allowed.</summary>
    public string? Forbids(string subject)
    {
        if ((!_template.HasFirstToken && IsOfServer(subject)) || IsAtOrBelow(subject, _inbox))
        {
            return $"the subject {subject} belongs to the server or is an inbox";
        }

        foreach (var control in _controls)
        {
            if (IsAtOrBelow(subject, control))
            {
                return $"the subject {subject} belongs to a control port of the node";
            }
        }

        if (_allowed.Length > 0)
        {
            return SubjectPattern.IsAmong(_allowed, subject) ? null : $"the subject {subject} is not in allowed_subjects of the port";
        }

        return SubjectPattern.IsAmong(_inputs, subject)
            ? $"the subject {subject} belongs to an input of the node; list it in allowed_subjects if that is intended" : null;
    }

    private static SubjectPattern Parse(string text) =>
        SubjectPattern.TryParse(text, out var pattern) ? pattern : throw new FormatException($"not a subject: {text}");

    private static bool IsAtOrBelow(string subject, string top) =>
        subject.StartsWith(top, StringComparison.Ordinal) && (subject.Length == top.Length || subject[top.Length] == '.');

    /// <summary><c>$SYS</c>, <c>$JS.API</c> and the like, inboxes, and the server's replies between accounts and clusters.</summary>
    private static bool IsOfServer(string subject) => subject[0] == '$'
        || (subject[0] == '_'
            && (IsAtOrBelow(subject, "_INBOX") || subject.StartsWith("_R_", StringComparison.Ordinal) || subject.StartsWith(
                "_GR_", StringComparison.Ordinal)));
}
