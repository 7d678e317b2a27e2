using System.Numerics;
using MLNet.DeepExt.Neural.Regularizers;

namespace MLNet.DeepExt.Neural.Diagnostics.Conformance;

/// <summary>Checks a penalty on weights: one of this library, or a custom one.</summary>
public static class RegularizerConformance
{
    private const int Length = 64, Rows = 10;
    private const double Rate = 1e-6; // of a proximal step that no weight of at least 0.1 reaches 0 by

    /// <summary>Runs all checks, on random weights.</summary>
    /// <param name="regularizer">The penalty.</param>
    public static ConformanceReport Check(Regularizer regularizer)
    {
        ArgumentNullException.ThrowIfNull(regularizer);
        var run = new ConformanceRun(regularizer);
        run.Holds("its values are valid", () =>
        {
            regularizer.Validate();
            return null;
        });
        run.Holds("it has a gradient or a proximal step", () =>
            regularizer.HasGradient || regularizer.IsProximal ? null : "it has neither, so that it changes no training");
        run.AtMost("its gradient and its proximal step are the slope of the penalty", 1e-6, () =>
        {
            double[] weights = Weights<double>();
            return GradientCheck.Run(weights, changed => regularizer.Penalty<double>(changed, Rows), Slopes<double>(regularizer, weights)).Ratio;
        });
        run.AtMost("float agrees with double", 1e-4, () => ConformanceRun.RelativeDifference(
            GradientOf<float>(regularizer), GradientOf<double>(regularizer)));
        run.AtMost("the penalty of all weights is the sum over parts", 1e-12, () =>
        {
            double[] weights = Weights<double>();
            double whole = regularizer.Penalty<double>(weights, Rows);
            double parts = regularizer.Penalty<double>(weights.AsSpan(0, 16), Rows) + regularizer.Penalty<double>(weights.AsSpan(16), Rows);
            return Math.Abs(whole - parts) / Math.Max(1, Math.Abs(whole));
        });
        run.Holds("padding of 0 has no penalty and stays 0", () =>
        {
            double[] zeros = new double[Length], slopes = Slopes<double>(regularizer, zeros);
            return regularizer.Penalty<double>(zeros, Rows) == 0 && Array.TrueForAll(slopes, slope => slope == 0)
                ? null
                : "weights of 0 have a penalty, or are changed";
        });
        run.Holds("a weight that is NaN shows in the penalty", () =>
        {
            double[] weights = Weights<double>();
            weights[5] = double.NaN;
            return double.IsNaN(regularizer.Penalty<double>(weights, Rows)) ? null : "the penalty hides it";
        });
        float[] w = Weights<float>(), gradient = new float[Length];
        run.AllocatesNothing("a step", () =>
        {
            _ = regularizer.Penalty<float>(w, Rows);
            Step(regularizer, w, gradient, gradient);
        });
        run.IsSaved(regularizer);
        return run.Report;
    }

    private static double[] GradientOf<T>(Regularizer regularizer)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T[] weights = Weights<T>(), gradient = new T[Length];
        if (regularizer.HasGradient)
            regularizer.AddGradient<T>(weights, gradient, Rows);
        return Array.ConvertAll(gradient, double.CreateTruncating);
    }

    // The gradient of the smooth part, and what a proximal step of a small rate takes off, divided by that rate.
    private static double[] Slopes<T>(Regularizer regularizer, T[] weights)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T[] gradient = new T[Length], update = new T[Length];
        Step(regularizer, weights, gradient, update);
        return [.. gradient.Zip(update, (slope, step) => double.CreateTruncating(slope) + double.CreateTruncating(step) / Rate)];
    }

    private static void Step<T>(Regularizer regularizer, T[] weights, T[] gradient, T[] update)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (regularizer.HasGradient)
            regularizer.AddGradient<T>(weights, gradient, Rows);
        if (regularizer.IsProximal)
            regularizer.Shrink<T>(update, weights, Rate, Rows);
    }

    // Normal numbers, of size 0.1 at least.
    private static T[] Weights<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var weights = new T[Length];
        for (int i = 0; i < Length; i++)
        {
            double value = ConformanceRun.Random.Normal((ulong)i);
            weights[i] = T.CreateTruncating((float)(value + Math.CopySign(0.1, value)));
        }

        return weights;
    }
}
