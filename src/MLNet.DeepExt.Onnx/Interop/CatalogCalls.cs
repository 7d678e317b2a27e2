using System.Reflection;
using System.Runtime.CompilerServices;
using Microsoft.ML;

namespace MLNet.DeepExt.Onnx.Interop;

/// <summary>Finds the calls by which users make a transformer, in ML.NET and in packages beside it.</summary>
internal static class CatalogCalls
{
    private const string OutputColumn = "outputColumnName";

    private static readonly Lazy<Dictionary<Type, string>> Paths = new(PathsOfCatalogs);

    /// <summary>The calls, by name; none for a transformer that no catalog makes. A transformer does not tell which of several made it.</summary>
    public static CatalogCall[] Find(Type transformer) =>
    [
        .. Methods(transformer).Where(method => Makes(method.ReturnType, transformer)).Select(Call)
            .GroupBy(call => call.Path, (path, overloads) => new CatalogCall(path, overloads.Any(call => call.TakesColumns)))
            .OrderBy(call => call.Path, StringComparer.Ordinal),
    ];

    private static CatalogCall Call(MethodInfo method)
    {
        ParameterInfo[] parameters = method.GetParameters();
        return new CatalogCall($"{Paths.Value[parameters[0].ParameterType]}.{method.Name}", parameters.ElementAtOrDefault(1)?.Name == OutputColumn);
    }

    // ML.NET's catalogs have their methods as extensions.
    private static IEnumerable<MethodInfo> Methods(Type transformer) => AppDomain.CurrentDomain.GetAssemblies()
        .Where(assembly => !assembly.IsDynamic)
        .Where(assembly => assembly == transformer.Assembly || assembly.GetName().Name!.StartsWith("Microsoft.ML", StringComparison.Ordinal))
        .SelectMany(assembly => assembly.GetExportedTypes())
        .Where(type => type.IsDefined(typeof(ExtensionAttribute)))
        .SelectMany(type => type.GetMethods(BindingFlags.Public | BindingFlags.Static))
        .Where(method => method.IsDefined(typeof(ExtensionAttribute)) && Paths.Value.ContainsKey(method.GetParameters()[0].ParameterType));

    // An estimator of such transformers, or one that has them as a type within it.
    private static bool Makes(Type estimator, Type transformer) => estimator == transformer.DeclaringType || estimator.GetInterfaces().Any(
        type => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IEstimator<>) && IsSame(type.GetGenericArguments()[0], transformer));

    private static bool IsSame(Type made, Type transformer) => made == transformer
        || (made.ContainsGenericParameters && transformer.IsGenericType && made.GetGenericTypeDefinition() == transformer.GetGenericTypeDefinition());

    // From the context: a catalog, or one within it.
    private static Dictionary<Type, string> PathsOfCatalogs()
    {
        var paths = new Dictionary<Type, string>();
        foreach (PropertyInfo catalog in typeof(MLContext).GetProperties())
        {
            paths.TryAdd(catalog.PropertyType, catalog.Name);
            foreach (PropertyInfo part in catalog.PropertyType.GetProperties())
                paths.TryAdd(part.PropertyType, $"{catalog.Name}.{part.Name}");
        }

        return paths;
    }
}
