namespace Evenkeel.Numerics.Kernels.Recurrent;

/// <summary>Arguments of all sweeps over recurrent cells; a sweep reads and writes what its formula names.</summary>
public struct CellArguments
{
    /// <summary>What the previous state adds to the gates, <c>h U + b</c>, as it enters the cell.</summary>
    public Strip Recurrent;

    /// <summary>What the input adds to the gates, <c>x W + b</c>.</summary>
    public Strip Projected;

    /// <summary>The gates behind their nonlinearities, as the backward pass reads them.</summary>
    public Strip Gates;

    /// <summary>c of this step, before any normalisation.</summary>
    public Strip Cell;

    /// <summary>c of this step as tanh sees it: normalised, or <see cref="Cell"/> itself.</summary>
    public Strip CellSeen;

    /// <summary>c of the step before; null for zero.</summary>
    public Strip PreviousCell;

    /// <summary>h of the step before; null for zero.</summary>
    public Strip PreviousHidden;

    /// <summary>h of this step.</summary>
    public Strip Hidden;

    /// <summary>Written: a copy of h for the next step's product.</summary>
    public Strip HiddenNext;

    /// <summary>Written: a copy of h that the backward pass reads at the next step; null where there is none.</summary>
    public Strip HiddenSaved;

    /// <summary>dh from the step behind; null for zero.</summary>
    public Strip HiddenCotangent;

    /// <summary>dh from the layers behind; null for zero.</summary>
    public Strip OutputCotangent;

    /// <summary>dc: written from h, then normalised backward in place, then read by the gates.</summary>
    public Strip CellCotangent;

    /// <summary>Read and written: dc that the step before gets (LSTM), or dh that passes the cell by (GRU); null reads as zero.</summary>
    public Strip Carry;

    /// <summary>Whether <see cref="Carry"/> holds nothing yet.</summary>
    public bool OpensCarry;

    /// <summary>Written: the cotangent of <see cref="Recurrent"/>.</summary>
    public Strip RecurrentCotangent;

    /// <summary>Written: the cotangent of <see cref="Projected"/>.</summary>
    public Strip ProjectedCotangent;

    /// <summary>Samples.</summary>
    public int Rows;

    /// <summary>Units.</summary>
    public int Units;
}
