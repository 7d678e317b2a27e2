using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.Loader;
using MLNet.DeepExt.Architecture.Tests.Metadata;

namespace MLNet.DeepExt.Architecture.Tests.Samples;

/// <summary>
/// Two assemblies that no compiler would give us: <c>Ours</c> uses internals of <c>Foreign</c>, in its home and outside, and
/// was written against a version of it that had one method more.
/// </summary>
internal static class EmittedAssemblies
{
    public const string Foreign = "Foreign";

    private const BindingFlags NonPublic = BindingFlags.Static | BindingFlags.NonPublic;
    private const MethodAttributes PublicStatic = MethodAttributes.Public | MethodAttributes.Static;

    /// <summary>Emits <c>Ours</c> and loads it together with the newer <c>Foreign</c>.</summary>
    public static (Assembly Loaded, AssemblyUses Uses) Create()
    {
        var older = new AssemblyLoadContext("older", isCollectible: true);
        byte[] image = EmitOurs(older.LoadFromStream(new MemoryStream(EmitForeign(withGone: true))));

        var newer = new AssemblyLoadContext("newer", isCollectible: true);
        newer.LoadFromStream(new MemoryStream(EmitForeign(withGone: false)));
        return (newer.LoadFromStream(new MemoryStream(image)), UseReader.Read(new MemoryStream(image)));
    }

    // namespace Foreign; internal class Hidden; internal class Dropped; public class Open { internal ... }
    private static byte[] EmitForeign(bool withGone)
    {
        (PersistedAssemblyBuilder assembly, ModuleBuilder module) = New(Foreign);
        module.DefineType("Foreign.Hidden", TypeAttributes.NotPublic).CreateType();
        TypeBuilder open = module.DefineType("Foreign.Open", TypeAttributes.Public);
        open.DefineDefaultConstructor(MethodAttributes.Public);
        Define(open, "Public", PublicStatic);
        Define(open, "Kept", MethodAttributes.Assembly | MethodAttributes.Static);
        Define(open, "Hook", MethodAttributes.Assembly | MethodAttributes.Virtual | MethodAttributes.NewSlot);
        if (withGone)
        {
            module.DefineType("Foreign.Dropped", TypeAttributes.NotPublic).CreateType();
            Define(open, "Gone", MethodAttributes.Assembly | MethodAttributes.Static);
        }

        open.CreateType();
        return Save(assembly);
    }

    private static byte[] EmitOurs(Assembly foreign)
    {
        Type hidden = foreign.GetType("Foreign.Hidden")!;
        Type open = foreign.GetType("Foreign.Open")!;
        (PersistedAssemblyBuilder assembly, ModuleBuilder module) = New("Ours");

        TypeBuilder home = module.DefineType("Ours.Interop.Home", TypeAttributes.NotPublic);
        Define(home, "Use", PublicStatic, open.GetMethod("Kept", NonPublic)!, open.GetMethod("Gone", NonPublic)!);
        Define(home, "Show", PublicStatic, foreign.GetType("Foreign.Dropped")!);
        home.CreateType();

        TypeBuilder guest = module.DefineType("Ours.Trainers.Guest", TypeAttributes.Public, open);
        guest.DefineDefaultConstructor(MethodAttributes.Public);
        Define(guest, "Use", PublicStatic, open.GetMethod("Public")!, open.GetMethod("Kept", NonPublic)!);
        Define(guest, "Hook", MethodAttributes.Public | MethodAttributes.Virtual);
        guest.DefineField("Shown", typeof(List<>).MakeGenericType(hidden.MakeArrayType()), FieldAttributes.Family);
        guest.CreateType();

        TypeBuilder good = module.DefineType("Ours.Trainers.Good", TypeAttributes.Public);
        Define(good, "Use", PublicStatic, open.GetMethod("Public")!);
        good.CreateType();
        return Save(assembly);
    }

    // A method without parameters or result that calls what is given, and loads the token of a type that is given.
    private static void Define(TypeBuilder type, string name, MethodAttributes attributes, params MemberInfo[] uses)
    {
        ILGenerator il = type.DefineMethod(name, attributes).GetILGenerator();
        foreach (MemberInfo use in uses)
        {
            if (use is MethodInfo method)
            {
                il.Emit(OpCodes.Call, method);
            }
            else
            {
                il.Emit(OpCodes.Ldtoken, (Type)use);
                il.Emit(OpCodes.Pop);
            }
        }

        il.Emit(OpCodes.Ret);
    }

    private static (PersistedAssemblyBuilder Assembly, ModuleBuilder Module) New(string name)
    {
        var assembly = new PersistedAssemblyBuilder(new AssemblyName(name), typeof(object).Assembly);
        return (assembly, assembly.DefineDynamicModule(name));
    }

    private static byte[] Save(PersistedAssemblyBuilder assembly)
    {
        using var image = new MemoryStream();
        assembly.Save(image);
        return image.ToArray();
    }
}
