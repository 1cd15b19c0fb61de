namespace Evenkeel.Numerics.Work;

/// <summary>One thread of the pool: it serves one team at a time, spins while work comes in quick succession, and parks otherwise.</summary>
internal sealed class TeamMember
{
    // At most one wake is outstanding: whoever takes the park back sets it, once.
    private readonly AutoResetEvent _wake = new(false);
    private WorkTeam? _team;
    private int _worker;
    private int _parked;

    public TeamMember(int number)
    {
        var thread = new Thread(Serve) { IsBackground = true, Name = $"evenkeel-worker-{number}" };
        thread.Start();
    }

    public void Join(WorkTeam team, int worker)
    {
        _worker = worker;
        Volatile.Write(ref _team, team);
        Interlocked.MemoryBarrier();
        WakeIfParked();
    }

    public void Leave() => Volatile.Write(ref _team, null);

    public void WakeIfParked()
    {
        if (Volatile.Read(ref _parked) != 0 && Interlocked.Exchange(ref _parked, 0) != 0) _wake.Set();
    }

    private void Serve()
    {
        WorkTeam? served = null;
        var seen = 0;
        var spinner = default(SpinThenYield);
        while (true)
        {
            var team = Volatile.Read(ref _team);
            if (team is not null)
            {
                if (!ReferenceEquals(team, served))
                {
                    served = team;
                    seen = 0;
                }

                var region = team.Region;
                if (region != seen)
                {
                    seen = region;
                    team.Participate(region, _worker);
                    spinner = default;
                    continue;
                }
            }

            spinner.Once();
            if (!spinner.IsExhausted) continue;

            Volatile.Write(ref _parked, 1);
            Interlocked.MemoryBarrier();
            var news = Volatile.Read(ref _team);
            var nothingNew = news is null || (ReferenceEquals(news, served) && news.Region == seen);
            if (nothingNew)
            {
                // A parked member must not keep a disposed team, and so its plan, alive.
                if (news is null) (served, team) = (null, null);
                _wake.WaitOne();
            }
            else if (Interlocked.Exchange(ref _parked, 0) == 0)
            {
                _wake.WaitOne();
            }

            spinner = default;
        }
    }
}
