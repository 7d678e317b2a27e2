using MLNet.DeepExt.Neural.Losses;
using MLNet.DeepExt.Neural.Primitives;
using MLNet.DeepExt.Neural.Tests.Reference;

namespace MLNet.DeepExt.Neural.Tests.TestSupport;

/// <summary>Compares losses with the cases of <c>losses.json</c>.</summary>
internal static class LossCases
{
    public static ReferenceValues Reference { get; } = ReferenceValues.Load("losses");

    /// <summary>The case <paramref name="name"/>, in double, has these costs and this gradient.</summary>
    public static void Check(string name, Loss loss, DenseBlock<double> logits, Target<double> target, bool weighted)
    {
        double[] weights = weighted ? Reference.Doubles("numbers.weights") : [.. Enumerable.Repeat(1.0, logits.Rows)];
        var costs = new double[logits.Rows];
        var gradient = new DenseBlock<double>(logits.Rows, logits.Width);
        loss.Validate(logits.Width, target);
        loss.CostAndGradient(logits, target, weights, weights.Sum(), costs, gradient, 0, logits.Rows);

        Close.Everywhere(Reference.Doubles($"{name}.rows"), costs, 1e-12, "cost");
        Close.Everywhere(Reference.Doubles($"{name}.dlogits"), gradient.ToDoubles(), 1e-12, "gradient");
        double mean = costs.Zip(weights, (cost, weight) => cost * weight).Sum() / weights.Sum();
        Close.Everywhere([Reference.Double($"{name}.loss")], [mean], 1e-12, "loss");
    }

    /// <summary>A case of numbers: plain, weighted, missing, scaled (which is weighted, and has missing targets, too) or extreme.</summary>
    public static void CheckNumbers(string family, string name, ElementwiseLoss loss)
    {
        string inputs = family == "quantile" ? family : "numbers";
        double[] logits = Reference.Doubles($"{inputs}.logits");
        int width = Reference.Shape($"{inputs}.logits")[1];
        if (name == "extreme")
            logits = Array.ConvertAll(logits, z => 1e4 * z);
        if (name == "scaled")
            loss = loss with { Scaling = Scaling(inputs) };
        Target<double> target = Values(
            name == "scaled" ? $"{inputs}.scaled_targets" : $"{inputs}.targets",
            name is "missing" or "scaled" ? $"{inputs}.present" : null);
        Check($"{family}.{name}", loss, RandomBatches.Block(6, width, logits), target, weighted: name is not ("plain" or "extreme"));
    }

    public static TargetScaling Scaling(string inputs) => new(Reference.Doubles($"{inputs}.means"), Reference.Doubles($"{inputs}.scales"));

    public static DenseBlock<double> Logits(string name) =>
        RandomBatches.Block(Reference.Shape(name)[0], Reference.Shape(name)[1], Reference.Doubles(name));

    public static Target<double> Classes(string name)
    {
        int[] classes = Reference.Integers(name);
        Target<double> target = Target<double>.OfClasses(classes.Length);
        classes.CopyTo(target.Classes);
        return target;
    }

    /// <summary>Rows of values, NaN where the mask has a 0.</summary>
    public static Target<double> Values(string name, string? present = null)
    {
        int[] shape = Reference.Shape(name);
        double[] values = Reference.Doubles(name);
        if (present is not null)
            values = [.. values.Zip(Reference.Doubles(present), (value, there) => there == 1 ? value : double.NaN)];
        Target<double> target = Target<double>.OfValues(shape[0], shape[1]);
        for (int row = 0; row < shape[0]; row++)
            values.AsSpan(row * shape[1], shape[1]).CopyTo(target.Values!.Row(row));
        return target;
    }

    /// <summary>What the loss makes of every row of logits.</summary>
    public static double[] Activated(Loss loss, DenseBlock<double> logits)
    {
        for (int row = 0; row < logits.Rows; row++)
            loss.Activate<double>(logits.PaddedRow(row), logits.PaddedRow(row), logits.Width);
        return logits.ToDoubles();
    }
}
