using Akka.Cluster;

namespace Federation.Actors;

/// <summary>A cluster as one of its nodes sees it.</summary>
/// <param name="Address">Address of this node.</param>
/// <param name="Status">Status of this node: <c>joining</c>, <c>weaklyup</c>, <c>up</c>, <c>leaving</c>, <c>exiting</c>, <c>down</c> or
/// <c>removed</c>. A node that has not joined yet is also <c>removed</c>.</param>
/// <param name="Members">All members including this node, ordered by address.</param>
public sealed record ClusterHealth(string Address, string Status, IReadOnlyList<ClusterHealth.Member> Members)
{
    /// <param name="Address">Address of the member.</param>
    /// <param name="Status">Status of the member, with the same values as for this node.</param>
    /// <param name="Roles">Roles of the member.</param>
    /// <param name="Reachable">False if its heartbeats are missing.</param>
    public sealed record Member(string Address, string Status, IReadOnlyList<string> Roles, bool Reachable);

    internal bool IsMember => Status is "up" or "weaklyup";

    internal static ClusterHealth Of(Cluster cluster)
    {
        var state = cluster.State;
        return new ClusterHealth(
            cluster.SelfAddress.ToString(),
            Text(cluster.SelfMember.Status),
            [
                .. state.Members.Select(member => new Member(
                    member.Address.ToString(), Text(member.Status), [.. member.Roles.Order(StringComparer.Ordinal)],
                    !state.Unreachable.Contains(member)))
                    .OrderBy(static member => member.Address, StringComparer.Ordinal),
            ]);
    }

    private static string Text(MemberStatus status) => status.ToString().ToLowerInvariant();
}
