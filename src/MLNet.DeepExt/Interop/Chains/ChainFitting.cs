using System.Globalization;
using System.Reflection;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.DeepExt.Interop.Hosting;
using MLNet.DeepExt.Interop.Schemas;

namespace MLNet.DeepExt.Interop.Chains;

/// <summary>
/// Fits a chain as it fits itself, and takes validation data along: through the transforms fitted so far to every estimator that has a
/// <c>Fit(trainData, validationData)</c>.
/// </summary>
internal static class ChainFitting
{
    public static TransformerChain<TLast> Fit<TLast>(EstimatorChain<TLast> chain, IDataView train, IDataView validation)
        where TLast : class, ITransformer
    {
        chain.GetOutputSchema(SchemaShapes.Of(train.Schema));
        if (!TakesValidation(chain))
        {
            throw new InvalidOperationException(
                "No estimator of the chain takes validation data; call Fit with the training data alone, " +
                "or append a trainer that stops by validation data, such as NeuralNetwork.");
        }

        IEstimator<ITransformer>[] estimators = ChainParts<TLast>.Estimators(chain);
        bool[] needCacheAfter = ChainParts<TLast>.NeedCacheAfter(chain);
        var fitted = new ITransformer[estimators.Length];
        for (int i = 0; i < estimators.Length; i++)
        {
            fitted[i] = FitOne(estimators[i], train, validation);
            // Some transformers treat what is trained on otherwise than what is predicted, and validation is prediction.
            train = fitted[i] is ITransformerWithDifferentMappingAtTrainingTime other
                ? other.TransformForTrainingPipeline(train)
                : fitted[i].Transform(train);
            validation = fitted[i].Transform(validation);
            if (needCacheAfter[i] && i < estimators.Length - 1)
            {
                train = new CacheDataView(ChainParts<TLast>.Host(chain), train, prefetch: null);
                validation = new CacheDataView(ChainParts<TLast>.Host(chain), validation, prefetch: null);
            }
        }

        return new TransformerChain<TLast>(fitted, ChainParts<TLast>.Scopes(chain));
    }

    private static ITransformer FitOne(IEstimator<ITransformer> estimator, IDataView train, IDataView validation)
    {
        if (!TakesValidation(estimator))
            return SourceFault.Surfaced(() => estimator.Fit(train));
        return SourceFault.Surfaced(() => LastOf(estimator) is { } last
            ? Invoke(ChainMethod(nameof(Fit), last), target: null, estimator, train, validation)
            : Invoke(MethodOf(estimator)!, estimator, train, validation));
    }

    private static ITransformer Invoke(MethodInfo fit, object? target, params object[] arguments) =>
        (ITransformer)fit.Invoke(target, BindingFlags.DoNotWrapExceptions, null, arguments, CultureInfo.InvariantCulture)!;

    private static bool TakesValidation(IEstimator<ITransformer> estimator) => LastOf(estimator) is { } last
        ? (bool)ChainMethod(nameof(AnyTakesValidation), last).Invoke(null, [estimator])!
        : MethodOf(estimator) is not null;

    private static bool AnyTakesValidation<TLast>(EstimatorChain<TLast> chain)
        where TLast : class, ITransformer => Array.Exists(ChainParts<TLast>.Estimators(chain), TakesValidation);

    // No interface says it: trainers of ML.NET that stop by validation data have a method of this form, and so have ours.
    private static MethodInfo? MethodOf(IEstimator<ITransformer> estimator) =>
        estimator.GetType().GetMethod(nameof(Fit), BindingFlags.Public | BindingFlags.Instance, [typeof(IDataView), typeof(IDataView)]);

    /// <summary>The type of the last transformer of a chain; null for any other estimator.</summary>
    private static Type? LastOf(IEstimator<ITransformer> estimator) =>
        estimator.GetType() is { IsGenericType: true } type && type.GetGenericTypeDefinition() == typeof(EstimatorChain<>)
            ? type.GetGenericArguments()[0]
            : null;

    private static MethodInfo ChainMethod(string name, Type last) =>
        typeof(ChainFitting).GetMethod(name, BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static)!.MakeGenericMethod(last);
}
