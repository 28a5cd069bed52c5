using Akka.Cluster;

namespace Federation.Actors;

/// <summary>A cluster as one of its nodes sees it.</summary>
/// <param name="Address">This node's.</param>
/// <param name="Status">This node's: <c>joining</c>, <c>weaklyup</c>, <c>up</c>, <c>leaving</c>, <c>exiting</c>, <c>down</c> or
/// <c>removed</c>, which is also that of a node that is not in yet.</param>
/// <param name="Members">All of them, this one included, by address.</param>
public sealed record ClusterHealth(string Address, string Status, IReadOnlyList<ClusterHealth.Member> Members)
{
    /// <param name="Address">Where it is.</param>
    /// <param name="Status">As above.</param>
    /// <param name="Roles">Its roles.</param>
    /// <param name="Reachable">False when its heartbeats stay away.</param>
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
