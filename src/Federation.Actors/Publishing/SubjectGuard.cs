using Federation.Actors.Settings;
using Federation.Actors.Wire;

namespace Federation.Actors.Publishing;

/// <summary>Decides which subjects a port may publish to when peers have a part in its subject.</summary>
/// <remarks>
/// <para>Never: subjects of the server (<c>$...</c>) and inboxes, unless the port spells out the first token; and the control subjects of the node's
/// components, with everything below them.</para>
/// <para>Where the port has <c>allowed_subjects</c>: what is outside them; and subjects of the component's own inputs, which would go out to its other
/// peers, unless an entry lies within that input, as in a mirror. Without <c>allowed_subjects</c> nobody can tell a mirror from a mistake.</para>
/// <para>Immutable and thread-safe; allocates only for a refusal.</para>
/// </remarks>
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
        _inputs = [.. component.Ports.Inputs.Where(static input => input.Type != PortType.Local).Select(static input => Parse(input.Subject))];
    }

    /// <summary>The guard of a component's data port; null when its subject is the same for all messages.</summary>
    /// <param name="template">The port's subject.</param>
    /// <param name="node">All components of the node.</param>
    /// <param name="component">The component whose port it is.</param>
    /// <param name="inboxPrefix">First tokens of the node's inboxes.</param>
    public static SubjectGuard? Of(SubjectTemplate template, IEnumerable<ComponentSettings> node, ComponentSettings component, string inboxPrefix) =>
        template.IsFilled ? new SubjectGuard(template, node, component, inboxPrefix) : null;

    /// <summary>Why a subject may not be published to, one sentence; null when it may.</summary>
    /// <param name="subject">A subject that the port's template has made.</param>
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

        return _allowed.Length > 0 ? ForbidsBounded(subject) : null;
    }

    private string? ForbidsBounded(string subject)
    {
        if (!IsAllowed(subject))
        {
            return $"the subject {subject} is not among allowed_subjects of the port";
        }

        foreach (var input in _inputs)
        {
            if (input.Matches(subject) && !IsMeant(subject, input))
            {
                return $"the subject {subject} is one that the component sends to its peers";
            }
        }

        return null;
    }

    private static SubjectPattern Parse(string text) =>
        SubjectPattern.TryParse(text, out var pattern) ? pattern : throw new FormatException($"not a subject: {text}");

    private static bool IsAtOrBelow(string subject, string top) =>
        subject.StartsWith(top, StringComparison.Ordinal) && (subject.Length == top.Length || subject[top.Length] == '.');

    /// <summary><c>$SYS</c>, <c>$JS.API</c> and the like, inboxes, and the server's replies between accounts and clusters.</summary>
    private static bool IsOfServer(string subject) => subject[0] == '$'
        || (subject[0] == '_'
            && (IsAtOrBelow(subject, "_INBOX") || subject.StartsWith("_R_", StringComparison.Ordinal) || subject.StartsWith("_GR_", StringComparison.Ordinal)));

    private bool IsAllowed(string subject)
    {
        foreach (var allowed in _allowed)
        {
            if (allowed.Matches(subject))
            {
                return true;
            }
        }

        return false;
    }

    private bool IsMeant(string subject, SubjectPattern input)
    {
        foreach (var allowed in _allowed)
        {
            if (input.Covers(allowed) && allowed.Matches(subject))
            {
                return true;
            }
        }

        return false;
    }
}
