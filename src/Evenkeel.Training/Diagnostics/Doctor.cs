using System.Collections.Immutable;
using System.Globalization;
using Evenkeel.Training.Fitting;

namespace Evenkeel.Training.Diagnostics;

/// <summary>Finds mistakes with batch normalisation, and what else a learning curve tells, by itself.</summary>
public static class Doctor
{
    /// <summary>Runs every check that the patient has enough facts for.</summary>
    /// <param name="patient">What to examine; nothing of it changes.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <param name="cancellation">Ends the examination between two checks.</param>
    /// <exception cref="TrainingException">EK0503: samples do not fit the model. EK0560: a code to leave out does not exist. EK0502: too few probe samples.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static DoctorReport Examine(Patient patient, DoctorOptions? options = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(patient);
        options ??= new DoctorOptions();
        if (options.ProbeSamples < 2) throw TrainingErrors.BadOption("DoctorOptions.ProbeSamples", options.ProbeSamples, "at least 2", "256 are usual.");
        Check[] checks = [.. CheckTable.All, .. options.With];
        foreach (var code in options.Without)
        {
            if (Array.TrueForAll(checks, check => check.Code != code)) throw TrainingErrors.NoCheck(code, checks.Select(static check => check.Code));
        }

        foreach (var dataset in ((Data.Datasets.Dataset?[])[patient.Training, patient.Evaluation]).OfType<Data.Datasets.Dataset>())
        {
            if (patient.Loss is { } loss) DataCheck.Run(patient.Model, loss, dataset);
            else DataCheck.Features(patient.Model, dataset);
        }

        // The numbers in findings read the same everywhere.
        var culture = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        try
        {
            return Report(checks, options, new Examination(patient, options, cancellation), cancellation);
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
        }
    }

    private static DoctorReport Report(Check[] checks, DoctorOptions options, Examination examination, CancellationToken cancellation)
    {
        var known = Known(examination.Patient);
        var findings = new List<Finding>();
        var ran = ImmutableArray.CreateBuilder<Check>();
        var left = ImmutableArray.CreateBuilder<(Check, Needs)>();
        foreach (var check in checks)
        {
            cancellation.ThrowIfCancellationRequested();
            if (options.Without.Contains(check.Code)) continue;
            if ((check.Needs & ~known) is var missing && missing != Needs.Model)
            {
                left.Add((check, missing));
                continue;
            }

            findings.AddRange(check.Examine(examination));
            ran.Add(check);
        }

        return new DoctorReport
        {
            // Within a check the gravest stands first, and a stable sort keeps it there.
            Findings = [.. findings.OrderByDescending(static finding => finding.Severity).ThenBy(static finding => finding.Code, StringComparer.Ordinal)],
            Checks = ran.ToImmutable(),
            LeftOut = left.ToImmutable(),
            Gap = known.HasFlag(Needs.TrainingSamples | Needs.EvaluationSamples | Needs.Loss) ? LossGap.Of(examination) : null,
        };
    }

    private static Needs Known(Patient patient) =>
        (patient.BatchSize is null ? 0 : Needs.BatchSize) | (patient.Training is null ? 0 : Needs.TrainingSamples) | (patient.Evaluation is null ? 0 : Needs.EvaluationSamples)
        | (patient.Curve is null ? 0 : Needs.Curve) | (patient.Loss is null ? 0 : Needs.Loss);
}
