using System.Numerics;
using MLNet.DeepExt.Neural.Networks;
using MLNet.DeepExt.Neural.Optimizers;
using MLNet.DeepExt.Neural.Primitives;
using MLNet.DeepExt.Neural.Training;

namespace MLNet.DeepExt.Neural.Diagnostics.Conformance;

/// <summary>Checks a gradient transform or an optimizer: one of this library, or a custom one.</summary>
public static class GradientTransformConformance
{
    private const int Length = 80, Steps = 20;

    private static readonly Shape Whole = new(10, Length / 10);

    /// <summary>Runs all checks, on random gradients.</summary>
    /// <param name="transform">The transform. If it is not an optimizer, a network is trained with gradient descent after it.</param>
    public static ConformanceReport Check(GradientTransform transform)
    {
        ArgumentNullException.ThrowIfNull(transform);
        var run = new ConformanceRun(transform);
        run.Holds("its values are valid", () =>
        {
            transform.Validate();
            return null;
        });
        if (transform.Reach == TransformReach.Elements)
        {
            run.Holds("a part of the elements is changed as it is among all of them", () =>
                Walk<float>(transform, (0, Length)).AsSpan().SequenceEqual(Walk<float>(transform, (0, 16), (16, 64), (64, Length)))
                    ? null
                    : "an element has another update where other elements are in the same part");
        }

        run.AtMost("float agrees with double over 20 steps", 1e-4, () => ConformanceRun.RelativeDifference(
            Array.ConvertAll(Walk<float>(transform, (0, Length)), value => (double)value), Walk<double>(transform, (0, Length))));
        run.Holds("padding, whose gradient and parameter are 0, stays 0", () =>
        {
            double[] update = new double[Length], state = new double[transform.StatesPerParameter * Length];
            for (int step = 1; step <= 3; step++)
                Apply(transform, update, new double[Length], state, step);
            return Array.TrueForAll(update, value => value == 0) ? null : "it makes an update of it";
        });
        run.Holds("a gradient that is NaN shows in the update", () =>
        {
            double[] update = Gradient<double>(1), state = new double[transform.StatesPerParameter * Length];
            update[5] = double.NaN;
            Apply(transform, update, Parameters<double>(), state, 1);
            return double.IsFinite(update[5]) ? "the update hides it, so that training would not end with an error" : null;
        });
        run.Holds("any number of threads gives the same bits", () =>
        {
            float[] alone = Trained(transform, 1);
            return alone.AsSpan().SequenceEqual(Trained(transform, 2)) && alone.AsSpan().SequenceEqual(Trained(transform, 3))
                ? null
                : "the parameters of a network differ after updates by 1, 2 and 3 threads";
        });
        float[] gradient = Gradient<float>(1), parameters = Parameters<float>(), states = new float[transform.StatesPerParameter * Length];
        var scratch = new float[transform.ScratchLength(Whole)];
        run.AllocatesNothing("an update", () => Apply(transform, gradient, parameters, states, 1, scratch));
        run.IsSaved(transform);
        return run.Report;
    }

    private static T[] Walk<T>(GradientTransform transform, params (int From, int To)[] parts)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T[] parameters = Parameters<T>(), state = new T[transform.StatesPerParameter * Length];
        for (int step = 1; step <= Steps; step++)
        {
            T[] update = Gradient<T>(step);
            foreach ((int from, int to) in parts)
            {
                transform.Apply(
                    update.AsSpan(from..to), parameters.AsSpan(from..to), new TransformState<T>(state, Length, from, to - from),
                    StepOf(update, step, parts.Length == 1));
            }

            for (int i = 0; i < Length; i++)
                parameters[i] -= T.CreateTruncating(0.01) * update[i];
        }

        return parameters;
    }

    private static void Apply<T>(GradientTransform transform, T[] gradient, T[] parameters, T[] state, int step, T[]? scratch = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        transform.Apply(
            gradient, parameters, new TransformState<T>(state, Length, 0, Length) { Scratch = scratch }, StepOf(gradient, step, isWhole: true));

    private static TransformStep StepOf<T>(T[] gradient, int step, bool isWhole)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double square = 0;
        foreach (T value in gradient)
            square += double.CreateTruncating(value * value);
        return new TransformStep(step, 0.1)
        {
            IsWeight = true,
            Rows = 10,
            Norm = Math.Sqrt(square),
            GlobalNorm = Math.Sqrt(square),
            Shape = isWhole ? Whole : null,
        };
    }

    private static T[] Gradient<T>(int step)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Numbers<T>((ulong)step);

    private static T[] Parameters<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Numbers<T>(1 << 20);

    private static T[] Numbers<T>(ulong name)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        CounterRandom random = ConformanceRun.Random.Derive(name);
        return [.. Enumerable.Range(0, Length).Select(i => T.CreateTruncating((float)random.Normal((ulong)i)))];
    }

    private static float[] Trained(GradientTransform transform, int threads)
    {
        Optimizer optimizer = transform as Optimizer ?? new Chain(transform, new GradientDescent(0.01));
        var network = new Network<float>(NetworkSpec.Input(5).Dense(21).Relu().Dense(3), seed: 1);
        var updater = new NetworkUpdater(network, new TrainingOptions { Optimizer = optimizer });
        using var team = new WorkerTeam(threads);
        foreach (int step in Enumerable.Range(1, Steps))
        {
            CounterRandom random = ConformanceRun.Random.Derive((ulong)step);
            foreach (Slot slot in network.Parameters.Slots)
            {
                for (int i = 0; i < slot.Shape.Count; i++)
                    updater.Gradient.Span[slot.IndexOf(i / slot.Shape.Columns, i % slot.Shape.Columns)] = (float)random.Normal((ulong)i);
            }

            updater.Update(rows: 10, rateFactor: 1, team);
        }

        return [.. network.Parameters.Slots.SelectMany(network.Parameters.Read)];
    }
}
