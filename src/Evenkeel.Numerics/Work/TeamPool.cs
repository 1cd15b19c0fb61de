namespace Evenkeel.Numerics.Work;

/// <summary>The process-wide pool: as many threads as the machine has cores, less the callers.</summary>
internal static class TeamPool
{
    private static readonly Lock Gate = new();
    private static readonly Stack<TeamMember> Idle = new();
    private static int _created;

    private static int Limit => Environment.ProcessorCount - 1;

    public static TeamMember[] Take(int wanted)
    {
        lock (Gate)
        {
            var count = Math.Clamp(wanted, 0, Idle.Count + Math.Max(0, Limit - _created));
            var members = new TeamMember[count];
            for (var i = 0; i < count; i++) members[i] = Idle.TryPop(out var member) ? member : new TeamMember(++_created);
            return members;
        }
    }

    public static void Return(TeamMember[] members)
    {
        lock (Gate)
        {
            foreach (var member in members) Idle.Push(member);
        }
    }
}
