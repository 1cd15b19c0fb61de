namespace Evenkeel.Graph.Nodes;

/// <summary>The formula of one time step of a recurrent layer.</summary>
public enum RecurrentCell
{
    /// <summary><c>h = tanh(x W + h' U + b)</c>.</summary>
    Tanh,

    /// <summary>Long short-term memory, gates i, f, g, o: <c>c = f c' + i g</c>, <c>h = o tanh(c)</c>.</summary>
    Lstm,

    /// <summary>The gated recurrent unit, gates r, z, n: <c>n = tanh(x_n + r u_n)</c>, <c>h = (1 - z) n + z h'</c>.</summary>
    Gru,
}
