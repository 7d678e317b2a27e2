using System.Numerics;
using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Primitives;

namespace MLNet.DeepExt.Neural.Diagnostics.Conformance;

/// <summary>Checks a loss: one of this library, or a custom one.</summary>
public static class LossConformance
{
    private const int Rows = 9, Members = 3;

    /// <summary>Runs all checks, on random logits and on random targets of each kind that the loss supports: classes, numbers, or both.</summary>
    /// <param name="loss">The loss.</param>
    /// <param name="outputs">The number of outputs of the network, which the loss must support; at least 1.</param>
    /// <example>
    /// <code>
    /// ConformanceReport report = LossConformance.Check(new LogCosh(), outputs: 3);
    /// Console.WriteLine(report);
    /// </code>
    /// </example>
    public static ConformanceReport Check(Loss loss, int outputs)
    {
        ArgumentNullException.ThrowIfNull(loss);
        ArgumentOutOfRangeException.ThrowIfLessThan(outputs, 1);
        var run = new ConformanceRun(loss);
        run.Holds("options and the number of outputs are valid", () =>
        {
            loss.Validate(outputs);
            return null;
        });
        int width = loss.FaultOfClass(outputs, 0) is null ? 0 : -1, numbers = NumbersOf(loss, outputs);
        run.Holds("classes or numbers can be its target", () => width < 0 && numbers == 0 ? "it refuses both" : null);
        if (width == 0)
            CheckForm(run, loss, outputs, 0, "classes");
        if (numbers > 0)
            CheckForm(run, loss, outputs, numbers, "numbers");
        CheckOutputs(run, loss, outputs);
        run.Optional("operators for ONNX compute the outputs", () => RecordedGraph.FaultOf(graph => loss.Emit(graph, "x", outputs)));
        run.IsSaved(loss);
        return run.Report;
    }

    private static int NumbersOf(Loss loss, int outputs)
    {
        for (int width = outputs; width > 0; width--)
        {
            if (loss.FaultOfWidth(outputs, width) is null)
                return width;
        }

        return 0;
    }

    private static void CheckForm(ConformanceRun run, Loss loss, int outputs, int width, string form)
    {
        run.AtMost($"gradient of {form} is that of finite differences", 1e-6, () =>
        {
            (DenseBlock<double> logits, Target<double> target, double[] weights) = Batch<double>(loss, outputs, width, 1);
            double[] theta = Flat(logits);
            var gradient = new DenseBlock<double>(Rows, outputs);
            loss.CostAndGradient(logits, target, gradient, weights);
            return GradientCheck.Run(
                theta, changed =>
                {
                    for (int i = 0; i < changed.Length; i++)
                        logits.Row(i / outputs)[i % outputs] = changed[i];
                    return loss.Cost(logits, target, weights);
                }, Flat(gradient)).Ratio;
        });
        run.AtMost($"float agrees with double for {form}", 1e-5, () =>
        {
            (double[] costs, double[] gradient) = Evaluate<float>(loss, outputs, width, 1, (0, Rows));
            (double[] expected, double[] expectedGradient) = Evaluate<double>(loss, outputs, width, 1, (0, Rows));
            return ConformanceRun.RelativeDifference(costs, expected) + ConformanceRun.RelativeDifference(gradient, expectedGradient);
        });
        run.Holds($"any number of threads gives the same bits for {form}", () =>
        {
            (double[] costs, double[] gradient) = Evaluate<float>(loss, outputs, width, 1, (0, Rows));
            (double[] parts, double[] gradientOfParts) = Evaluate<float>(loss, outputs, width, 1, (4, Rows), (0, 1), (1, 4));
            return costs.AsSpan().SequenceEqual(parts) && gradient.AsSpan().SequenceEqual(gradientOfParts)
                ? null
                : "a row has another cost or gradient where other rows are computed with it";
        });
        run.AtMost($"the cost of several lines of {form} is the mean of theirs", 1e-12, () =>
        {
            (double[] costs, double[] gradient) = Evaluate<double>(loss, outputs, width, Members, (0, Rows));
            (double[] expected, double[] expectedGradient) = MeanOfLines(loss, outputs, width);
            return ConformanceRun.RelativeDifference(costs, expected) + ConformanceRun.RelativeDifference(gradient, expectedGradient);
        });
        run.Holds($"the cost alone is that with its gradient for {form}", () =>
        {
            (DenseBlock<float> logits, Target<float> target, float[] weights) = Batch<float>(loss, outputs, width, 1);
            double with = loss.CostAndGradient(logits, target, new DenseBlock<float>(Rows, outputs), weights);
            double alone = loss.Cost(logits, target, weights);
            return with == alone ? null : FormattableString.Invariant($"it is {alone} alone but {with} with its gradient");
        });
        run.Holds($"costs and gradients of {form} are finite for logits of ±80 and ±10,000", () =>
        {
            foreach (float size in (float[])[80, 1e4f])
            {
                (DenseBlock<float> logits, Target<float> target, _) = Batch<float>(loss, outputs, width, 1);
                for (int i = 0; i < Rows * outputs; i++)
                    logits.Row(i / outputs)[i % outputs] = (ConformanceRun.Random.Bits((ulong)i) & 1) == 0 ? size : -size;
                var gradient = new DenseBlock<float>(Rows, outputs);
                double cost = loss.CostAndGradient(logits, target, gradient);
                if (!double.IsFinite(cost) || Flat(gradient).Any(slope => !double.IsFinite(slope)))
                    return FormattableString.Invariant($"for logits of ±{size} the cost is {cost}, or a gradient is not finite");
            }

            return null;
        });
        run.Holds($"logits that are NaN show in the cost of {form}", () =>
        {
            (DenseBlock<float> logits, Target<float> target, _) = Batch<float>(loss, outputs, width, 1);
            logits.Row(2).Fill(float.NaN);
            return double.IsNaN(loss.Cost(logits, target)) ? null : "the cost hides them, so that training would not end with an error";
        });
        (DenseBlock<float> z, Target<float> t, float[] w) = Batch<float>(loss, outputs, width, 1);
        var dz = new DenseBlock<float>(Rows, outputs);
        run.AllocatesNothing($"cost and gradient of {form}", () => loss.CostAndGradient(z, t, dz, w));
    }

    private static void CheckOutputs(ConformanceRun run, Loss loss, int outputs)
    {
        run.Holds("outputs may take the place of the logits", () =>
        {
            DenseBlock<float> logits = Logits<float>(Rows, outputs), elsewhere = new(Rows, outputs);
            loss.Activate(logits, elsewhere);
            loss.Activate(logits, logits);
            return Flat(logits).AsSpan().SequenceEqual(Flat(elsewhere)) ? null : "they have other bits there";
        });
        foreach (double size in (double[])[1, 80])
        {
            run.AtMost(FormattableString.Invariant($"the output of the mean of members is the mean, for logits of ±{size}"), 1e-6, () =>
            {
                DenseBlock<double> logits = Logits<double>(Rows * Members, outputs), means = new(Rows, outputs);
                for (int i = 0; size > 1 && i < logits.Rows * outputs; i++)
                    logits.Row(i / outputs)[i % outputs] = size * ((int)(ConformanceRun.Random.Bits((ulong)i) % 3) - 1);
                loss.MeanOfMembers(logits, means, 0, Rows);
                loss.Activate(means, means);
                loss.Activate(logits, logits);
                double largest = 0;
                for (int i = 0; i < Rows * outputs; i++)
                {
                    double mean = 0;
                    for (int member = 0; member < Members; member++)
                        mean += logits.Row(i / outputs * Members + member)[i % outputs] / Members;
                    double error = Math.Abs(mean - means.Row(i / outputs)[i % outputs]) / Math.Max(1, Math.Abs(mean));
                    largest = error <= largest ? largest : error;
                }

                return largest;
            });
        }
    }

    private static (double[] Costs, double[] Gradient) MeanOfLines(Loss loss, int outputs, int width)
    {
        (DenseBlock<double> all, Target<double> target, double[] weights) = Batch<double>(loss, outputs, width, Members);
        double[] costs = new double[Rows], expected = new double[Rows], gradient = new double[all.Rows * outputs];
        DenseBlock<double> logits = new(Rows, outputs), slopes = new(Rows, outputs);
        for (int member = 0; member < Members; member++)
        {
            for (int row = 0; row < Rows; row++)
                all.Row(row * Members + member).CopyTo(logits.Row(row));
            loss.CostAndGradient(logits, target, weights, weights.Sum(), costs, slopes, 0, Rows);
            for (int row = 0; row < Rows; row++)
            {
                expected[row] += costs[row] / Members;
                for (int j = 0; j < outputs; j++)
                    gradient[(row * Members + member) * outputs + j] = slopes.Row(row)[j] / Members;
            }
        }

        return (expected, gradient);
    }

    private static (double[] Costs, double[] Gradient) Evaluate<T>(
        Loss loss, int outputs, int width, int members, params (int From, int To)[] parts)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        (DenseBlock<T> logits, Target<T> target, T[] weights) = Batch<T>(loss, outputs, width, members);
        var costs = new double[Rows];
        var gradient = new DenseBlock<T>(logits.Rows, outputs);
        double totalWeight = weights.Sum(double.CreateTruncating);
        foreach ((int from, int to) in parts)
            loss.CostAndGradient(logits, target, weights, totalWeight, costs, gradient, from, to);
        return (costs, Flat(gradient));
    }

    // width: the number of targets per row; 0 for classes.
    private static (DenseBlock<T> Logits, Target<T> Target, T[] Weights) Batch<T>(Loss loss, int outputs, int width, int members)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        CounterRandom random = ConformanceRun.Random.Derive(1);
        Target<T> target = width == 0 ? Target<T>.OfClasses(Rows) : Target<T>.OfValues(Rows, width);
        var weights = new T[Rows];
        int classes = 1;
        while (width == 0 && classes < 1000 && loss.FaultOfClass(outputs, classes) is null)
            classes++;
        // Probabilities where negative numbers, or those above 1, are refused.
        bool areProbabilities = loss.FaultOfValue(-1.5) is not null || loss.FaultOfValue(1.5) is not null;
        for (int row = 0; row < Rows; row++)
        {
            weights[row] = T.CreateTruncating((float)(0.5 + random.Uniform((ulong)row)));
            if (width == 0)
                target.Classes[row] = random.Below(classes, 100 + (ulong)row);
            for (int j = 0; j < width; j++)
            {
                ulong counter = 1000 + (ulong)(row * width + j);
                target.Values!.Row(row)[j] = T.CreateTruncating((float)(areProbabilities ? random.Uniform(counter) : random.Normal(counter)));
            }
        }

        return (Logits<T>(Rows * members, outputs), target, weights);
    }

    private static DenseBlock<T> Logits<T>(int lines, int outputs)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var logits = new DenseBlock<T>(lines, outputs);
        for (int i = 0; i < lines * outputs; i++)
            logits.Row(i / outputs)[i % outputs] = T.CreateTruncating((float)ConformanceRun.Random.Normal((ulong)i));
        return logits;
    }

    private static double[] Flat<T>(DenseBlock<T> block)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        [.. Enumerable.Range(0, block.Rows).SelectMany(row => Array.ConvertAll(block.Row(row).ToArray(), double.CreateTruncating))];
}
